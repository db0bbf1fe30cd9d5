#include "longhand/multi_head_attention.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "checks.hpp"
#include "require.hpp"
#include "steps_of_sequence.hpp"

namespace longhand {
namespace {

// "2 and 5": the divisors of d_out next below and above num_heads.
std::string nearest_divisors(std::size_t d_out, std::size_t num_heads) {
  std::size_t below = 1;
  std::size_t above = d_out;
  for (std::size_t small = 1; small <= d_out / small; ++small) {
    if (d_out % small != 0) continue;
    for (const std::size_t divisor : {small, d_out / small}) {
      if (divisor < num_heads) below = std::max(below, divisor);
      if (divisor > num_heads) above = std::min(above, divisor);
    }
  }
  if (num_heads > d_out) return std::to_string(below);
  return std::to_string(below) + " and " + std::to_string(above);
}

// Returns num_heads, or throws std::invalid_argument.
std::size_t checked_num_heads(std::size_t d_out, std::size_t num_heads) {
  require(num_heads > 0, "MultiHeadAttention: num_heads is 0: use at least one head");
  require(d_out % num_heads == 0, "MultiHeadAttention: d_out (", d_out,
          ") must be divisible by num_heads (", num_heads, "): the nearest divisors of d_out are ",
          nearest_divisors(d_out, num_heads));
  return num_heads;
}

}  // namespace

std::vector<Matrix> split_heads(const Matrix& joined, std::size_t num_heads) {
  require(0 < num_heads && num_heads <= joined.cols() && joined.cols() % num_heads == 0,
          "split_heads: the matrix is ", shape_text(joined), ", num_heads is ", num_heads,
          ": the heads must share the columns evenly");
  const std::size_t head_dim = joined.cols() / num_heads;
  std::vector<Matrix> heads(num_heads, Matrix(joined.rows(), head_dim));
  for (std::size_t head = 0; head < num_heads; ++head) {
    for (std::size_t token = 0; token < joined.rows(); ++token) {
      for (std::size_t feature = 0; feature < head_dim; ++feature) {
        heads[head](token, feature) = joined(token, head * head_dim + feature);
      }
    }
  }
  return heads;
}

Matrix join_heads(const std::vector<Matrix>& heads) {
  if (heads.empty()) return {};
  std::size_t width = 0;
  for (std::size_t head = 0; head < heads.size(); ++head) {
    require(heads[head].rows() == heads[0].rows(), "join_heads: head 0 is ", shape_text(heads[0]),
            ", head ", head, " is ", shape_text(heads[head]),
            ": all heads must have the same tokens");
    width += heads[head].cols();
  }
  Matrix joined(heads[0].rows(), width);
  std::size_t first = 0;
  for (const Matrix& head : heads) {
    for (std::size_t token = 0; token < head.rows(); ++token) {
      for (std::size_t feature = 0; feature < head.cols(); ++feature) {
        joined(token, first + feature) = head(token, feature);
      }
    }
    first += head.cols();
  }
  return joined;
}

MultiHeadAttentionWrapper::MultiHeadAttentionWrapper(std::size_t d_in, std::size_t head_dim,
                                                     std::size_t context_length, double dropout,
                                                     std::size_t num_heads, bool qkv_bias,
                                                     Generator& generator) {
  require(num_heads > 0, "MultiHeadAttentionWrapper: num_heads is 0: use at least one head");
  for (std::size_t head = 0; head < num_heads; ++head) {
    heads.emplace_back(d_in, head_dim, context_length, dropout, qkv_bias, generator);
  }
}

std::vector<std::vector<CausalAttentionSteps>> MultiHeadAttentionWrapper::steps(
    const std::vector<Matrix>& batch, Generator* training) const {
  require(!heads.empty(), "MultiHeadAttentionWrapper: there are no heads: use at least one head");
  for (const CausalAttention& head : heads) {
    require_batch("MultiHeadAttentionWrapper", batch, head.W_query.d_in(), head.context_length);
  }
  std::vector<std::vector<CausalAttentionSteps>> steps;
  for (const CausalAttention& head : heads) {
    steps.push_back(head.steps(batch, training));
  }
  return steps;
}

std::vector<Matrix> MultiHeadAttentionWrapper::forward(const std::vector<Matrix>& batch,
                                                       Generator* training) const {
  const std::vector<std::vector<CausalAttentionSteps>> head_steps = steps(batch, training);
  std::vector<Matrix> context_vecs;
  for (std::size_t item = 0; item < batch.size(); ++item) {
    std::vector<Matrix> context_of_heads;
    for (const std::vector<CausalAttentionSteps>& head : head_steps) {
      context_of_heads.push_back(head[item].context_vecs);
    }
    context_vecs.push_back(join_heads(context_of_heads));
  }
  return context_vecs;
}

MultiHeadAttention::MultiHeadAttention(std::size_t d_in, std::size_t d_out,
                                       std::size_t its_context_length, double its_dropout,
                                       std::size_t its_num_heads, bool qkv_bias,
                                       Generator& generator)
    : num_heads(checked_num_heads(d_out, its_num_heads)),
      context_length(its_context_length),
      dropout(checked_probability(its_dropout)),
      W_query(d_in, d_out, qkv_bias, generator),
      W_key(d_in, d_out, qkv_bias, generator),
      W_value(d_in, d_out, qkv_bias, generator),
      out_proj(d_out, d_out, true, generator) {}

void require_batch(const MultiHeadAttention& attention, const std::vector<Matrix>& batch) {
  const Linear& W_query = attention.W_query;
  require(W_query.d_out() > 0, "MultiHeadAttention: d_out is 0: use at least one feature a head");
  checked_num_heads(W_query.d_out(), attention.num_heads);
  require_same_shape("MultiHeadAttention", W_query.weight, attention.W_key.weight,
                     attention.W_value.weight);
  require(attention.out_proj.d_in() == W_query.d_out(), "MultiHeadAttention: out_proj.weight is ",
          shape_text(attention.out_proj.weight), ", d_out is ", W_query.d_out(),
          ": out_proj's columns must equal d_out");
  require_batch("MultiHeadAttention", batch, W_query.d_in(), attention.context_length);
}

MultiHeadAttentionSteps steps_of_sequence(const MultiHeadAttention& attention, const Matrix& inputs,
                                          Dropout& dropout) {
  MultiHeadAttentionSteps steps;
  steps.queries = attention.W_query.forward(inputs);
  steps.keys = attention.W_key.forward(inputs);
  steps.values = attention.W_value.forward(inputs);

  const std::vector<Matrix> queries = split_heads(steps.queries, attention.num_heads);
  const std::vector<Matrix> keys = split_heads(steps.keys, attention.num_heads);
  const std::vector<Matrix> values = split_heads(steps.values, attention.num_heads);
  std::vector<Matrix> context_of_heads;
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    steps.heads.push_back(causal_attention(queries[head], keys[head], values[head], dropout));
    context_of_heads.push_back(steps.heads[head].context_vecs);
  }
  steps.joined = join_heads(context_of_heads);
  steps.context_vecs = attention.out_proj.forward(steps.joined);
  return steps;
}

std::vector<MultiHeadAttentionSteps> MultiHeadAttention::steps(const std::vector<Matrix>& batch,
                                                               Generator* training) const {
  require_batch(*this, batch);
  Dropout dropout_of_pass(dropout, training, stream);
  std::vector<MultiHeadAttentionSteps> steps;
  for (const Matrix& inputs : batch) {
    steps.push_back(steps_of_sequence(*this, inputs, dropout_of_pass));
  }
  return steps;
}

std::vector<Matrix> MultiHeadAttention::forward(const std::vector<Matrix>& batch,
                                                Generator* training) const {
  std::vector<Matrix> context_vecs;
  for (MultiHeadAttentionSteps& item : steps(batch, training)) {
    context_vecs.push_back(std::move(item.context_vecs));
  }
  return context_vecs;
}

std::size_t MultiHeadAttention::head_dim() const {
  return W_query.d_out() / checked_num_heads(W_query.d_out(), num_heads);
}

std::size_t MultiHeadAttention::num_parameters() const {
  return W_query.num_parameters() + W_key.num_parameters() + W_value.num_parameters() +
         out_proj.num_parameters();
}

}  // namespace longhand
