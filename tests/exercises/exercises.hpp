#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "longhand/matrix.hpp"

// What the reader writes. The file of each exercise says what it has to do: 1_temperature.cpp for
// the first. A solution stands in solutions/, the check in check_1_temperature.cpp.
namespace exercises {

using longhand::Matrix;

// Chapter 1: 1_temperature, 1_cosine_similarity
std::vector<float> softmax_with_temperature(std::span<const float> scores, float temperature);
Matrix cosine_scores(const Matrix& inputs);

// Chapter 2: 2_cross_attention, 2_one_matrix, 2_softmax_gradient
Matrix cross_attention(const Matrix& inputs, const Matrix& context, const Matrix& W_query,
                       const Matrix& W_key, const Matrix& W_value);
Matrix query_key_matrix(const Matrix& W_query, const Matrix& W_key);
std::vector<float> softmax_gradient(std::span<const float> weights,
                                    std::span<const float> weights_gradient);

// Chapter 3: 3_sliding_window, 3_padding
Matrix sliding_window_mask(std::size_t num_tokens, std::size_t window);
Matrix padded_weights(const Matrix& scaled_scores, std::size_t num_padding);

// Chapter 4: 4_parameters
std::size_t num_parameters(std::size_t d_in, std::size_t d_out, std::size_t num_heads,
                           std::size_t num_kv_heads, bool qkv_bias);

// Chapter 5: 5_merge, 5_tiles

// What the online softmax knows after some of the keys.
struct Partial {
  float max;                  // the largest score so far; -inf before the first key
  float sum;                  // sum over keys of exp(score - max)
  std::vector<float> output;  // sum over keys of exp(score - max) * value
};
Partial merged(const Partial& left, const Partial& right);

// product(row, col) += left(row, inner) * right(inner, col)
using MultiplyAdd = std::function<void(std::size_t row, std::size_t inner, std::size_t col)>;
void tiled_product(std::size_t rows, std::size_t inner_size, std::size_t cols,
                   const MultiplyAdd& multiply_add);

// Chapter 6: 6_three_mistakes, 6_looks_ahead
Matrix mended_attention(const Matrix& queries, const Matrix& keys, const Matrix& values,
                        std::size_t num_heads);

// tokens x 2 embeddings become tokens x 2 context vectors.
using Attention = std::function<Matrix(const Matrix& inputs)>;
bool looks_ahead(const Attention& attention);

// Chapter 7: 7_clipped_gradients, 7_shared_keys
std::vector<std::vector<float>> clipped(const std::vector<std::vector<float>>& grads,
                                        float max_length);
Matrix shared_keys_grad(const std::vector<Matrix>& queries,
                        const std::vector<Matrix>& attn_scores_grad);

// Chapter 8: 8_rolling_cache, 8_bfloat16_cache, 8_renumbered_keys

// Row t % window is the key, or the value, of token t.
struct RollingCache {
  Matrix keys;    // window x d_k
  Matrix values;  // window x d_v
  std::size_t num_tokens = 0;
};
std::vector<float> next_context_vec(RollingCache& cache, const std::vector<float>& query,
                                    const std::vector<float>& key, const std::vector<float>& value);
std::uint16_t to_bfloat16(float number);
Matrix renumbered_keys(const Matrix& turned_keys, std::size_t dropped);

}  // namespace exercises
