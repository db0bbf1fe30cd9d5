#pragma once

#include <cstddef>
#include <cstdint>
#include <longhand/causal_attention.hpp>
#include <longhand/matrix.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/self_attention.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace walkthrough {

// One sequence of chapter 7's task, and the model before and after training.
struct RecallGiven {
  static RecallGiven train();

  std::vector<std::string> tokens;
  longhand::Matrix inputs;
  std::vector<std::size_t> answers;
  longhand::MultiHeadAttention untrained;
  // Rounded to three decimals, which another machine's last bits leave as they are.
  longhand::MultiHeadAttention trained;
};

// What the page is made of: a sentence, and the weights of chapters 1 to 4.
struct AttentionGiven {
  struct Settings {
    std::uint32_t seed = 123;
    std::uint32_t seed_of_linear_layers = 789;  // of SelfAttentionV2
    std::size_t d_out = 2;                      // of all heads together
    std::size_t num_heads = 2;
    std::size_t head_dim_of_wrapper = 2;
  };

  // A token a row. The sizes must be at least 1, and num_heads divide d_out.
  static AttentionGiven draw(const std::vector<std::string>& tokens, const longhand::Matrix& inputs,
                             const Settings& settings);

  std::vector<std::string> tokens;
  longhand::Matrix inputs;
  longhand::SelfAttentionV1 sa_v1;
  longhand::SelfAttentionV2 sa_v2;
  longhand::CausalAttention ca;
  longhand::MultiHeadAttentionWrapper wrapper;
  longhand::MultiHeadAttention mha;
  std::uint32_t dropout_seed = 123;
  std::optional<RecallGiven> recall = {};  // beside the sentence
};

// What a reader of the page may switch.
struct AttentionSwitches {
  std::size_t token = 1;               // the query of chapter 1's first half, or the last token
  std::optional<bool> is_masked = {};  // as the view has it, unless given
  bool is_scaled = true;
  std::optional<std::size_t> num_heads = {};  // of MultiHeadAttention
};

using NamedMatrix = std::pair<std::string, longhand::Matrix>;

struct AttentionView {
  std::string name;
  std::vector<NamedMatrix> steps;  // in the order of computation
};

// What can be changed on the page.
std::vector<NamedMatrix> given_matrices(const AttentionGiven& given);

// Every step of every view, as the library computes it, and as the mistakes of chapter 6 do: these
// end in "_wrong".
std::vector<AttentionView> attention_views(const AttentionGiven& given,
                                           const AttentionSwitches& switches = {});

// What is given and what is computed, as an object of JavaScript.
std::string attention_numbers(const AttentionGiven& given, const std::vector<AttentionView>& views);

// The page as one file of HTML. Throws std::invalid_argument if there are more than 32 tokens,
// numbers for each, or d_out.
std::string attention_page(const AttentionGiven& given);

}  // namespace walkthrough
