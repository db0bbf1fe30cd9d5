#pragma once

#include <cstddef>
#include <vector>

#include "longhand/causal_attention.hpp"
#include "longhand/linear.hpp"
#include "longhand/list.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace longhand {

// The gradient of x says how the loss moves with each number of x: x_grad(row, col) is the
// derivative of the loss by x(row, col), and has the shape of x. Each function here goes one step
// back: from the gradient of what a step makes to those of what it takes.
// All throw std::invalid_argument if the shapes are incompatible.

// Of product = matmul(left, right):
//
//   left_grad = product_grad right^T, right_grad = left^T product_grad
Matrix matmul_left_grad(const Matrix& product_grad, const Matrix& right);
Matrix matmul_right_grad(const Matrix& left, const Matrix& product_grad);

// Of attn_weights = softmax_rows(scores), row by row:
//
//   scores_grad_j = attn_weights_j * (attn_weights_grad_j - mean)
//   mean          = sum over k of attn_weights_k * attn_weights_grad_k
//
// The numbers of a row sum to zero: a shift of all scores changes no weight.
Matrix softmax_rows_grad(const Matrix& attn_weights, const Matrix& attn_weights_grad);

// Of masked = mask_scores(attn_scores): what is masked passes nothing.
Matrix mask_scores_grad(const Matrix& masked_scores_grad);

// Of a linear layer.
struct LinearGrads {
  Matrix inputs_grad;            // tokens x d_in
  Matrix weight_grad;            // d_out x d_in
  std::vector<float> bias_grad;  // d_out, or empty as the bias is
};
LinearGrads linear_grads(const Linear& linear, const Matrix& inputs, const Matrix& outputs_grad);

// Of every step of one head, in the order in which they are computed.
struct CausalAttentionGrads {
  Matrix values_grad;           // tokens x d_out
  Matrix dropped_weights_grad;  // tokens x tokens
  Matrix attn_weights_grad;     // tokens x tokens
  Matrix scaled_scores_grad;    // tokens x tokens
  Matrix masked_scores_grad;    // tokens x tokens
  Matrix attn_scores_grad;      // tokens x tokens, 0 above the diagonal
  Matrix queries_grad;          // tokens x d_out
  Matrix keys_grad;             // tokens x d_out
};
CausalAttentionGrads causal_attention_grads(const CausalAttentionSteps& steps,
                                            const Matrix& context_vecs_grad);

// Of every step of multi-head attention, and of its weights and biases.
struct MultiHeadAttentionGrads {
  LinearGrads out_proj;              // its inputs are joined
  List<CausalAttentionGrads> heads;  // of each head, head_dim wide
  Matrix queries_grad;               // tokens x d_out, all heads
  Matrix keys_grad;                  // tokens x d_out
  Matrix values_grad;                // tokens x d_out
  LinearGrads W_query;
  LinearGrads W_key;
  LinearGrads W_value;
  Matrix inputs_grad;  // tokens x d_in, the sum of those of the three layers
};

// `steps` are those of a pass over these inputs with these weights. Throws std::invalid_argument
// if they are of another pass: their queries are not W_query applied to the inputs.
MultiHeadAttentionGrads multi_head_attention_grads(const MultiHeadAttention& attention,
                                                   const Matrix& inputs,
                                                   const MultiHeadAttentionSteps& steps,
                                                   const Matrix& context_vecs_grad);

// loss = mean over rows of -ln softmax(logits)(row, targets[row])
//
// logits is rows x classes; a target is the class that a row should have given. Throws
// std::invalid_argument if a target is no class, if their number is not that of the rows, or if there
// are no rows.
struct CrossEntropy {
  float loss;
  Matrix logits_grad;  // rows x classes: softmax(logits), less one at the target, over rows
};
CrossEntropy cross_entropy(const Matrix& logits, const std::vector<std::size_t>& targets);

}  // namespace longhand
