#include "longhand/key_value_cache.hpp"

#include <limits>
#include <utility>

#include "checks.hpp"
#include "longhand/self_attention.hpp"
#include "longhand/softmax.hpp"
#include "multi_head_checks.hpp"
#include "require.hpp"

namespace longhand {
namespace {

// The rows from `first` on.
Matrix rows_from(const Matrix& matrix, std::size_t first) {
  Matrix rows(matrix.rows() - first, matrix.cols());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    for (std::size_t col = 0; col < rows.cols(); ++col) {
      rows(row, col) = matrix(first + row, col);
    }
  }
  return rows;
}

// The rows of both, one under the other.
Matrix append(const Matrix& above, const Matrix& below) {
  Matrix both(above.rows() + below.rows(), below.cols());
  for (std::size_t row = 0; row < both.rows(); ++row) {
    for (std::size_t col = 0; col < both.cols(); ++col) {
      both(row, col) =
          row < above.rows() ? above(row, col) : below(row - above.rows(), col);
    }
  }
  return both;
}

void require_cache(const MultiHeadAttention& attention, const Matrix& new_inputs,
                   const KeyValueCache& cache) {
  const std::size_t d_out = attention.W_query.d_out();
  for (const Matrix* cached : {&cache.keys, &cache.values}) {
    require(cached->rows() == cache.num_tokens() &&
                (cached->cols() == d_out || cached->rows() == 0),
            "KeyValueCache: keys are ", cache.keys, ", values are ", cache.values,
            ", d_out is ", d_out, ": begin with an empty cache for each model");
  }
  require(cache.num_tokens() + new_inputs.rows() <= attention.context_length,
          "KeyValueCache: it holds ", Count{cache.num_tokens(), "token"}, " and gets ",
          new_inputs.rows(), " more, context_length is ", attention.context_length,
          ": pass fewer, or call keep_last first");
}

// Causal attention of the last tokens: queries has a row for each of them.
CausalAttentionSteps attend_to_all(const Matrix& queries, const Matrix& keys,
                                   const Matrix& values) {
  CausalAttentionSteps steps{.queries = queries, .keys = keys, .values = values};
  steps.attn_scores = matmul(queries, transpose(keys));
  steps.masked_scores = mask_new_scores(steps.attn_scores);
  steps.scaled_scores = scale(steps.masked_scores, keys.cols());
  steps.attn_weights = softmax_rows(steps.scaled_scores);
  steps.dropout_factors = Matrix(queries.rows(), keys.rows(), 1);
  steps.dropped_weights = steps.attn_weights;
  steps.context_vecs = matmul(steps.attn_weights, values);
  return steps;
}

}  // namespace

void KeyValueCache::keep_last(std::size_t num_tokens) {
  require_not_negative("KeyValueCache::keep_last", "num_tokens", num_tokens);
  require(keys.rows() == values.rows(), "KeyValueCache::keep_last: keys are ", keys,
          ", values are ", values, ": both must have a row for each token");
  if (num_tokens >= keys.rows()) return;
  const std::size_t first = keys.rows() - num_tokens;
  KeyValueCache kept{.keys = rows_from(keys, first), .values = rows_from(values, first)};
  *this = std::move(kept);
}

Matrix mask_new_scores(const Matrix& attn_scores) {
  require(attn_scores.rows() <= attn_scores.cols(), "mask_new_scores: attn_scores are ",
          attn_scores,
          ": each query needs its own key, so there cannot be fewer keys than queries");
  const std::size_t num_cached = attn_scores.cols() - attn_scores.rows();
  Matrix masked = attn_scores;
  for (std::size_t query = 0; query < masked.rows(); ++query) {
    for (std::size_t key = num_cached + query + 1; key < masked.cols(); ++key) {
      masked(query, key) = -std::numeric_limits<float>::infinity();
    }
  }
  return masked;
}

MultiHeadAttentionSteps steps_with_cache(const MultiHeadAttention& attention,
                                         const Matrix& new_inputs, KeyValueCache& cache) {
  require_batch(attention, {&new_inputs, 1});
  require_cache(attention, new_inputs, cache);

  MultiHeadAttentionSteps steps;
  steps.queries = attention.W_query.forward(new_inputs);
  steps.keys = append(cache.keys, attention.W_key.forward(new_inputs));
  steps.values = append(cache.values, attention.W_value.forward(new_inputs));

  const List<Matrix> queries = split_heads(steps.queries, attention.num_heads);
  const List<Matrix> keys = split_heads(steps.keys, attention.num_heads);
  const List<Matrix> values = split_heads(steps.values, attention.num_heads);
  std::vector<Matrix> context_vecs;
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    steps.heads.push_back(attend_to_all(queries[head], keys[head], values[head]));
    context_vecs.push_back(steps.heads[head].context_vecs);
  }
  steps.joined = join_heads(context_vecs);
  steps.context_vecs = attention.out_proj.forward(steps.joined);

  KeyValueCache filled{.keys = steps.keys, .values = steps.values};
  cache = std::move(filled);
  return steps;
}

Matrix forward_with_cache(const MultiHeadAttention& attention, const Matrix& new_inputs,
                          KeyValueCache& cache) {
  return steps_with_cache(attention, new_inputs, cache).context_vecs;
}

}  // namespace longhand
