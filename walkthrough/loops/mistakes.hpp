#pragma once

#include <cstddef>
#include <vector>

#include "longhand/causal_attention.hpp"
#include "longhand/generator.hpp"
#include "longhand/gradients.hpp"
#include "longhand/linear.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"
#include "recall.hpp"

// The wrong code of chapter 6. The line that is wrong says so. Shapes are those of the
// right counterpart, and are left to the calls within to check.
namespace walkthrough::mistakes {

// For softmax_rows: tokens x tokens.
longhand::Matrix softmax_columns(const longhand::Matrix& scores);

// For self_attention: the attention weights, tokens x tokens.
longhand::Matrix attn_weights_unscaled(const longhand::Matrix& queries,
                                       const longhand::Matrix& keys);

// For scale.
longhand::Matrix scale_without_root(const longhand::Matrix& attn_scores, std::size_t d_k);

// For Linear::forward.
longhand::Matrix forward_untransposed(const longhand::Linear& layer,
                                      const longhand::Matrix& inputs);

// For mask_scores: applied to attention weights, after softmax.
longhand::Matrix mask_weights(const longhand::Matrix& attn_weights);

// For mask_scores, which hides what lies on the diagonal number 1 and above. Diagonal 0
// is the one of the tokens themselves, diagonal 2 hides too little.
longhand::Matrix mask_scores_from_diagonal(const longhand::Matrix& attn_scores,
                                           std::size_t diagonal);

// For mask_scores.
longhand::Matrix mask_scores_with_large_number(const longhand::Matrix& attn_scores);

// For Dropout::drop in training, p below 1.
longhand::Matrix drop_without_scaling(const longhand::Matrix& weights, double p,
                                      longhand::Generator& generator);

// For a loop over the sequences of a batch: all their tokens as one sequence.
longhand::Matrix one_sequence(const std::vector<longhand::Matrix>& batch);

// For split_heads.
std::vector<longhand::Matrix> split_heads_by_reshaping(const longhand::Matrix& joined,
                                                       std::size_t num_heads);

// For a part of MultiHeadAttention::steps, on one sequence and without dropout: the
// context vectors of each head, tokens x head_dim.
std::vector<longhand::Matrix> context_of_reshaped_heads(
    const longhand::MultiHeadAttention& mha, const longhand::Matrix& inputs);

// For causal_attention in one head, without dropout: the context vectors, tokens x
// head_dim.
longhand::Matrix head_scaled_by_d_out(const longhand::Matrix& queries,
                                      const longhand::Matrix& keys,
                                      const longhand::Matrix& values, std::size_t d_out);

// For recall::train_with_descent.
std::vector<float> train_without_zeroing(longhand::MultiHeadAttention& model,
                                         const std::vector<recall::Example>& examples,
                                         std::size_t num_steps, float learning_rate);

// For a part of causal_attention_grads: the gradient of the attention scores.
longhand::Matrix attn_scores_grad_unmasked(const longhand::CausalAttentionSteps& steps,
                                           const longhand::Matrix& attn_weights_grad);

// For elementwise_product with the factors of the pass forward.
longhand::Matrix attn_weights_grad_drawn_anew(
    const longhand::Matrix& dropped_weights_grad, double p,
    longhand::Generator& generator);

// For softmax_rows_grad.
longhand::Matrix softmax_grad_by_element(const longhand::Matrix& attn_weights,
                                         const longhand::Matrix& attn_weights_grad);

// For cross_entropy.
longhand::CrossEntropy cross_entropy_averaged_twice(
    const longhand::Matrix& logits, const std::vector<std::size_t>& targets);

}  // namespace walkthrough::mistakes
