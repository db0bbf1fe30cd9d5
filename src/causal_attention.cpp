#include "longhand/causal_attention.hpp"

#include <limits>
#include <utility>

#include "checks.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "require.hpp"

namespace longhand {

Matrix causal_mask(std::size_t num_tokens) {
  Matrix mask(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key <= query; ++key) {
      mask(query, key) = 1;
    }
  }
  return mask;
}

Matrix mask_scores(const Matrix& attn_scores) {
  require(attn_scores.rows() == attn_scores.cols(), "mask_scores: attn_scores are ",
          attn_scores, ": a row and a column for each token are needed");
  Matrix masked = attn_scores;
  for (std::size_t query = 0; query < masked.rows(); ++query) {
    for (std::size_t key = query + 1; key < masked.cols(); ++key) {
      masked(query, key) = -std::numeric_limits<float>::infinity();
    }
  }
  return masked;
}

CausalAttentionSteps causal_attention(const Matrix& queries, const Matrix& keys,
                                      const Matrix& values, Dropout& dropout) {
  require_queries_keys_values("causal_attention", queries, keys, values);
  require(queries.rows() == keys.rows(), "causal_attention: queries are ", queries,
          ", keys are ", keys, ": both must have a row for each token");
  CausalAttentionSteps steps{.queries = queries, .keys = keys, .values = values};
  steps.attn_scores = matmul(queries, transpose(keys));
  steps.masked_scores = mask_scores(steps.attn_scores);
  steps.scaled_scores = scale(steps.masked_scores, keys.cols());
  steps.attn_weights = softmax_rows(steps.scaled_scores);
  steps.dropout_factors = dropout.factors(queries.rows(), keys.rows());
  steps.dropped_weights = elementwise_product(steps.attn_weights, steps.dropout_factors);
  steps.context_vecs = matmul(steps.dropped_weights, values);
  return steps;
}

CausalAttention CausalAttention::draw(const Settings& settings, Generator& generator) {
  require_probability(settings.dropout);
  require_not_negative("CausalAttention", "context_length", settings.context_length);
  const Linear::Settings projection{
      .d_in = settings.d_in, .d_out = settings.d_out, .bias = settings.qkv_bias};
  return {
      .context_length = settings.context_length,
      .dropout = settings.dropout,
      .W_query = Linear::draw(projection, generator),
      .W_key = Linear::draw(projection, generator),
      .W_value = Linear::draw(projection, generator),
  };
}

List<CausalAttentionSteps> CausalAttention::steps(
    const std::vector<Matrix>& batch, std::optional<Training> training) const {
  require_layers("CausalAttention", W_query, W_key, W_value);
  require_batch("CausalAttention", batch, W_query.d_in(), context_length);
  Dropout dropout_of_pass(dropout, training);
  List<CausalAttentionSteps> steps;
  for (const Matrix& inputs : batch) {
    steps.push_back(causal_attention(W_query.forward(inputs), W_key.forward(inputs),
                                     W_value.forward(inputs), dropout_of_pass));
  }
  return steps;
}

List<Matrix> CausalAttention::forward(const std::vector<Matrix>& batch,
                                      std::optional<Training> training) const {
  List<Matrix> context_vecs;
  for (CausalAttentionSteps& item : steps(batch, training)) {
    context_vecs.push_back(std::move(item.context_vecs));
  }
  return context_vecs;
}

}  // namespace longhand
