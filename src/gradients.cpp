#include "longhand/gradients.hpp"

#include <algorithm>
#include <cmath>

#include "checks.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "longhand/vector.hpp"
#include "multi_head_checks.hpp"
#include "require.hpp"

namespace longhand {
namespace {

void require_same_shape(std::string_view function, std::string_view name,
                        const Matrix& matrix, const Matrix& grad) {
  require(matrix.rows() == grad.rows() && matrix.cols() == grad.cols(), function, ": ",
          name, " are ", matrix, ", their gradient is ", grad,
          ": a gradient has the shape of what it belongs to");
}

// A product alone would take keys of another width, and dropped weights of other tokens.
void require_one_pass(const CausalAttentionSteps& steps) {
  const Matrix &weights = steps.attn_weights, &dropped = steps.dropped_weights;
  require(steps.queries.cols() == steps.keys.cols() && weights.rows() == dropped.rows() &&
              weights.cols() == dropped.cols(),
          "causal_attention_grads: queries are ", steps.queries, ", keys are ",
          steps.keys, ", attn_weights are ", weights, ", dropped_weights are ", dropped,
          ": take all steps of one pass");
}

// Where a number is NaN, both are.
bool same_numbers(const Matrix& left, const Matrix& right) {
  const auto same = [](float a, float b) {
    return a == b || (std::isnan(a) && std::isnan(b));
  };
  return std::ranges::equal(left.values(), right.values(), same);
}

void add(Matrix& sum, const Matrix& addend) {
  for (std::size_t row = 0; row < sum.rows(); ++row) {
    for (std::size_t col = 0; col < sum.cols(); ++col) {
      sum(row, col) += addend(row, col);
    }
  }
}

}  // namespace

Matrix matmul_left_grad(const Matrix& product_grad, const Matrix& right) {
  return matmul(product_grad, transpose(right));
}

Matrix matmul_right_grad(const Matrix& left, const Matrix& product_grad) {
  return matmul(transpose(left), product_grad);
}

Matrix softmax_rows_grad(const Matrix& attn_weights, const Matrix& attn_weights_grad) {
  require_same_shape("softmax_rows_grad", "attn_weights", attn_weights,
                     attn_weights_grad);
  Matrix scores_grad(attn_weights.rows(), attn_weights.cols());
  for (std::size_t query = 0; query < attn_weights.rows(); ++query) {
    const float mean = dot(attn_weights.row(query), attn_weights_grad.row(query));
    for (std::size_t key = 0; key < attn_weights.cols(); ++key) {
      scores_grad(query, key) =
          attn_weights(query, key) * (attn_weights_grad(query, key) - mean);
    }
  }
  return scores_grad;
}

Matrix mask_scores_grad(const Matrix& masked_scores_grad) {
  require(masked_scores_grad.rows() == masked_scores_grad.cols(),
          "mask_scores_grad: masked_scores_grad is ", masked_scores_grad,
          ": a row and a column for each token are needed");
  Matrix attn_scores_grad(masked_scores_grad.rows(), masked_scores_grad.cols());
  for (std::size_t query = 0; query < attn_scores_grad.rows(); ++query) {
    for (std::size_t key = 0; key <= query; ++key) {
      attn_scores_grad(query, key) = masked_scores_grad(query, key);
    }
  }
  return attn_scores_grad;
}

LinearGrads linear_grads(const Linear& linear, const Matrix& inputs,
                         const Matrix& outputs_grad) {
  require(
      inputs.cols() == linear.d_in() && outputs_grad.rows() == inputs.rows() &&
          outputs_grad.cols() == linear.d_out(),
      "linear_grads: inputs are ", inputs, ", weight is ", linear.weight,
      ", outputs_grad is ", outputs_grad,
      ": inputs must be tokens x d_in, outputs_grad tokens x d_out, the weight d_out x "
      "d_in");
  require_bias(linear);
  LinearGrads grads;
  grads.inputs_grad = matmul(outputs_grad, linear.weight);
  grads.weight_grad = matmul(transpose(outputs_grad), inputs);
  const Matrix of_each_output = transpose(outputs_grad);
  for (std::size_t out = 0; out < linear.bias.size(); ++out) {
    grads.bias_grad.push_back(sum(of_each_output.row(out)));
  }
  return grads;
}

CausalAttentionGrads causal_attention_grads(const CausalAttentionSteps& steps,
                                            const Matrix& context_vecs_grad) {
  require_same_shape("causal_attention_grads", "context_vecs", steps.context_vecs,
                     context_vecs_grad);
  require_one_pass(steps);
  CausalAttentionGrads grads;
  grads.values_grad = matmul_right_grad(steps.dropped_weights, context_vecs_grad);
  grads.dropped_weights_grad = matmul_left_grad(context_vecs_grad, steps.values);
  grads.attn_weights_grad =
      elementwise_product(grads.dropped_weights_grad, steps.dropout_factors);
  grads.scaled_scores_grad =
      softmax_rows_grad(steps.attn_weights, grads.attn_weights_grad);
  grads.masked_scores_grad = scale(grads.scaled_scores_grad, steps.keys.cols());
  grads.attn_scores_grad = mask_scores_grad(grads.masked_scores_grad);
  grads.queries_grad = matmul(grads.attn_scores_grad, steps.keys);
  grads.keys_grad = matmul(transpose(grads.attn_scores_grad), steps.queries);
  return grads;
}

MultiHeadAttentionGrads multi_head_attention_grads(const MultiHeadAttention& attention,
                                                   const Matrix& inputs,
                                                   const MultiHeadAttentionSteps& steps,
                                                   const Matrix& context_vecs_grad) {
  require_batch(attention, {&inputs, 1});
  require(steps.heads.size() == attention.num_heads,
          "multi_head_attention_grads: steps are of ", Count{steps.heads.size(), "head"},
          ", num_heads is ", attention.num_heads,
          ": take the steps of a pass of this attention");
  require(same_numbers(steps.queries, attention.W_query.forward(inputs)),
          "multi_head_attention_grads: steps.queries, ", steps.queries,
          ", are not W_query applied to inputs, ", inputs,
          ": take the steps of a pass over these inputs, before a weight changes");
  require_same_shape("multi_head_attention_grads", "context_vecs", steps.context_vecs,
                     context_vecs_grad);
  MultiHeadAttentionGrads grads;
  grads.out_proj = linear_grads(attention.out_proj, steps.joined, context_vecs_grad);
  const List<Matrix> context_of_heads_grad =
      split_heads(grads.out_proj.inputs_grad, attention.num_heads);
  List<Matrix> queries_grad, keys_grad, values_grad;
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    grads.heads.push_back(
        causal_attention_grads(steps.heads[head], context_of_heads_grad[head]));
    queries_grad.push_back(grads.heads[head].queries_grad);
    keys_grad.push_back(grads.heads[head].keys_grad);
    values_grad.push_back(grads.heads[head].values_grad);
  }
  grads.queries_grad = join_heads(queries_grad);
  grads.keys_grad = join_heads(keys_grad);
  grads.values_grad = join_heads(values_grad);
  grads.W_query = linear_grads(attention.W_query, inputs, grads.queries_grad);
  grads.W_key = linear_grads(attention.W_key, inputs, grads.keys_grad);
  grads.W_value = linear_grads(attention.W_value, inputs, grads.values_grad);
  grads.inputs_grad = grads.W_query.inputs_grad;
  add(grads.inputs_grad, grads.W_key.inputs_grad);
  add(grads.inputs_grad, grads.W_value.inputs_grad);
  return grads;
}

CrossEntropy cross_entropy(const Matrix& logits,
                           const std::vector<std::size_t>& targets) {
  require(targets.size() == logits.rows(), "cross_entropy: logits are ", logits, ", for ",
          Count{targets.size(), "target"}, ": give one for each row");
  require(logits.rows() > 0, "cross_entropy: logits are ", logits,
          ": no rows have no mean: give at least one");
  CrossEntropy result{0, softmax_rows(logits)};
  const float rows = static_cast<float>(logits.rows());
  for (std::size_t row = 0; row < logits.rows(); ++row) {
    const std::size_t target = targets[row];
    require(target < logits.cols(), "cross_entropy: target ", row, " is ", target,
            ", logits are ", logits,
            ": a target must be at least 0 and less than the columns (", logits.cols(),
            ")");
    // ln softmax is the score less the logarithm of the sum of exponentials, both less
    // the largest score, so that nothing overflows.
    const float max = *std::ranges::max_element(logits.row(row));
    float total = 0;
    for (const float logit : logits.row(row)) total += std::exp(logit - max);
    result.loss += (std::log(total) - (logits(row, target) - max)) / rows;
    result.logits_grad(row, target) -= 1;
    for (float& grad : result.logits_grad.row(row)) grad /= rows;
  }
  return result;
}

}  // namespace longhand
