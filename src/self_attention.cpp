#include "longhand/self_attention.hpp"

#include <cmath>

#include "checks.hpp"
#include "longhand/softmax.hpp"
#include "require.hpp"

namespace longhand {

Matrix scale(const Matrix& attn_scores, std::size_t d_k) {
  require(d_k > 0 && !is_negative(d_k), "scale: d_k is ", d_k,
          ": a key must have at least one number");
  const float root = std::sqrt(static_cast<float>(d_k));
  Matrix scaled(attn_scores.rows(), attn_scores.cols());
  for (std::size_t query = 0; query < attn_scores.rows(); ++query) {
    for (std::size_t key = 0; key < attn_scores.cols(); ++key) {
      scaled(query, key) = attn_scores(query, key) / root;
    }
  }
  return scaled;
}

SelfAttentionSteps self_attention(const Matrix& queries, const Matrix& keys,
                                  const Matrix& values) {
  require_queries_keys_values("self_attention", queries, keys, values);
  SelfAttentionSteps steps{.queries = queries, .keys = keys, .values = values};
  steps.attn_scores = matmul(queries, transpose(keys));
  steps.scaled_scores = scale(steps.attn_scores, keys.cols());
  steps.attn_weights = softmax_rows(steps.scaled_scores);
  steps.context_vecs = matmul(steps.attn_weights, values);
  return steps;
}

SelfAttentionV1 SelfAttentionV1::draw(const Settings& settings, Generator& generator) {
  const auto [d_in, d_out] = settings;
  require_widths("SelfAttentionV1", d_in, d_out);
  return {
      .W_query = generator.rand(d_in, d_out),
      .W_key = generator.rand(d_in, d_out),
      .W_value = generator.rand(d_in, d_out),
  };
}

SelfAttentionSteps SelfAttentionV1::steps(const Matrix& inputs) const {
  require_same_shape("SelfAttentionV1", W_query, W_key, W_value);
  require(inputs.cols() == W_query.rows(), "SelfAttentionV1: inputs are ", inputs,
          ", W_query is ", W_query, ": the inputs' columns (", inputs.cols(),
          ") must equal d_in (", W_query.rows(), ")");
  return self_attention(matmul(inputs, W_query), matmul(inputs, W_key),
                        matmul(inputs, W_value));
}

SelfAttentionV2 SelfAttentionV2::draw(const Settings& settings, Generator& generator) {
  const Linear::Settings projection{
      .d_in = settings.d_in, .d_out = settings.d_out, .bias = settings.qkv_bias};
  return {
      .W_query = Linear::draw(projection, generator),
      .W_key = Linear::draw(projection, generator),
      .W_value = Linear::draw(projection, generator),
  };
}

SelfAttentionSteps SelfAttentionV2::steps(const Matrix& inputs) const {
  require_same_shape("SelfAttentionV2", W_query.weight, W_key.weight, W_value.weight);
  return self_attention(W_query.forward(inputs), W_key.forward(inputs),
                        W_value.forward(inputs));
}

}  // namespace longhand
