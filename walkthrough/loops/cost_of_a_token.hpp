#pragma once

#include <cstddef>

// What attention costs while a text grows. Chapter 8 shows it.
namespace walkthrough {

// How many products multi-head attention with d_in = d_out = d_model adds up for new
// tokens, when there are num_tokens in all, the new ones among them: four projections of
// each new token, and a score and a weighted value for each new token and each token.
constexpr std::size_t multiply_adds(std::size_t num_new, std::size_t num_tokens,
                                    std::size_t d_model) {
  return num_new * 4 * d_model * d_model + 2 * num_new * num_tokens * d_model;
}

// The sizes of a model's attention.
struct ModelSizes {
  std::size_t num_layers = 0;
  std::size_t num_kv_heads = 0;
  std::size_t head_dim = 0;
  std::size_t bytes_of_number = 0;
};

// A key and a value of every head in every layer.
constexpr std::size_t cache_bytes_of_token(const ModelSizes& model) {
  return 2 * model.num_layers * model.num_kv_heads * model.head_dim *
         model.bytes_of_number;
}

}  // namespace walkthrough
