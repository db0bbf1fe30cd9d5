#include "longhand/multi_head_attention.hpp"

#include <string>
#include <utility>

#include "checks.hpp"
#include "multi_head_checks.hpp"
#include "require.hpp"

namespace longhand {
namespace {

void require_heads(std::string_view function, std::size_t num_heads) {
  require(num_heads > 0 && !is_negative(num_heads), function, ": num_heads is ",
          num_heads, ": use at least one head");
}

void require_num_heads(std::size_t d_out, std::size_t num_heads) {
  require_heads("MultiHeadAttention", num_heads);
  require(d_out % num_heads == 0, "MultiHeadAttention: d_out (", d_out,
          ") must be divisible by num_heads (", num_heads, "): use a multiple of ",
          num_heads, " for d_out, or a divisor of ", d_out, " for num_heads");
}

}  // namespace

List<Matrix> split_heads(const Matrix& joined, std::size_t num_heads) {
  require_heads("split_heads", num_heads);
  require(num_heads <= joined.cols() && joined.cols() % num_heads == 0,
          "split_heads: the matrix is ", joined, ", num_heads is ", num_heads,
          ": the heads must share the columns evenly");
  const std::size_t head_dim = joined.cols() / num_heads;
  List<Matrix> heads(num_heads, Matrix(joined.rows(), head_dim));
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
    require(heads[head].rows() == heads[0].rows(), "join_heads: head 0 is ", heads[0],
            ", head ", head, " is ", heads[head],
            ": all heads must have the same number of rows");
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

namespace {

Matrix join_context_vecs(const std::vector<CausalAttentionSteps>& heads) {
  std::vector<Matrix> context_vecs;
  for (const CausalAttentionSteps& head : heads) {
    context_vecs.push_back(head.context_vecs);
  }
  return join_heads(context_vecs);
}

// The batch was checked before; its sequences share the dropout.
MultiHeadAttentionSteps steps_of_sequence(const MultiHeadAttention& attention,
                                          const Matrix& inputs, Dropout& dropout) {
  MultiHeadAttentionSteps steps;
  steps.queries = attention.W_query.forward(inputs);
  steps.keys = attention.W_key.forward(inputs);
  steps.values = attention.W_value.forward(inputs);

  const List<Matrix> queries = split_heads(steps.queries, attention.num_heads);
  const List<Matrix> keys = split_heads(steps.keys, attention.num_heads);
  const List<Matrix> values = split_heads(steps.values, attention.num_heads);
  for (std::size_t head = 0; head < attention.num_heads; ++head) {
    steps.heads.push_back(
        causal_attention(queries[head], keys[head], values[head], dropout));
  }
  steps.joined = join_context_vecs(steps.heads);
  steps.context_vecs = attention.out_proj.forward(steps.joined);
  return steps;
}

}  // namespace

MultiHeadAttentionWrapper MultiHeadAttentionWrapper::draw(const Settings& settings,
                                                          Generator& generator) {
  require_widths("MultiHeadAttentionWrapper", settings.d_in, settings.head_dim,
                 "head_dim");
  require_heads("MultiHeadAttentionWrapper", settings.num_heads);
  const CausalAttention::Settings one_head{.d_in = settings.d_in,
                                           .d_out = settings.head_dim,
                                           .context_length = settings.context_length,
                                           .dropout = settings.dropout,
                                           .qkv_bias = settings.qkv_bias};
  MultiHeadAttentionWrapper wrapper;
  for (std::size_t head = 0; head < settings.num_heads; ++head) {
    wrapper.heads.push_back(CausalAttention::draw(one_head, generator));
  }
  return wrapper;
}

List<MultiHeadAttentionWrapperSteps> MultiHeadAttentionWrapper::steps(
    const std::vector<Matrix>& batch, std::optional<Training> training) const {
  require(!heads.empty(),
          "MultiHeadAttentionWrapper: there are no heads: use at least one head");
  for (std::size_t i = 0; i < heads.size(); ++i) {
    const CausalAttention& head = heads[i];
    const std::string name = "MultiHeadAttentionWrapper: head " + std::to_string(i);
    require_layers(name, head.W_query, head.W_key, head.W_value);
    require_probability(head.dropout);
    require_batch(name, batch, head.W_query.d_in(), head.context_length);
  }
  List<MultiHeadAttentionWrapperSteps> steps(batch.size());
  for (const CausalAttention& head : heads) {
    const List<CausalAttentionSteps> steps_of_head = head.steps(batch, training);
    for (std::size_t item = 0; item < batch.size(); ++item) {
      steps[item].heads.push_back(steps_of_head[item]);
    }
  }
  for (MultiHeadAttentionWrapperSteps& item : steps) {
    item.context_vecs = join_context_vecs(item.heads);
  }
  return steps;
}

List<Matrix> MultiHeadAttentionWrapper::forward(const std::vector<Matrix>& batch,
                                                std::optional<Training> training) const {
  List<Matrix> context_vecs;
  for (MultiHeadAttentionWrapperSteps& item : steps(batch, training)) {
    context_vecs.push_back(std::move(item.context_vecs));
  }
  return context_vecs;
}

MultiHeadAttention MultiHeadAttention::draw(const Settings& settings,
                                            Generator& generator) {
  const auto& [d_in, d_out, context_length, dropout, num_heads, qkv_bias] = settings;
  require_widths("MultiHeadAttention", d_in, d_out);
  require_num_heads(d_out, num_heads);
  require_probability(dropout);
  require_not_negative("MultiHeadAttention", "context_length", context_length);
  const Linear::Settings projection = {d_in, d_out, qkv_bias};
  return {
      .context_length = context_length,
      .dropout = dropout,
      .num_heads = num_heads,
      .W_query = Linear::draw(projection, generator),
      .W_key = Linear::draw(projection, generator),
      .W_value = Linear::draw(projection, generator),
      .out_proj = Linear::draw({.d_in = d_out, .d_out = d_out}, generator),
  };
}

void require_batch(const MultiHeadAttention& attention, std::span<const Matrix> batch) {
  const Linear& W_query = attention.W_query;
  require_layers("MultiHeadAttention", W_query, attention.W_key, attention.W_value);
  require_num_heads(W_query.d_out(), attention.num_heads);
  require_probability(attention.dropout);
  require_bias(attention.out_proj);
  require(attention.out_proj.d_in() == W_query.d_out(),
          "MultiHeadAttention: out_proj.weight is ", attention.out_proj.weight,
          ", d_out is ", W_query.d_out(), ": out_proj's columns must equal d_out");
  require_batch("MultiHeadAttention", batch, W_query.d_in(), attention.context_length);
}

List<MultiHeadAttentionSteps> MultiHeadAttention::steps(
    const std::vector<Matrix>& batch, std::optional<Training> training) const {
  require_batch(*this, batch);
  Dropout dropout_of_pass(dropout, training);
  List<MultiHeadAttentionSteps> steps;
  for (const Matrix& inputs : batch) {
    steps.push_back(steps_of_sequence(*this, inputs, dropout_of_pass));
  }
  return steps;
}

List<Matrix> MultiHeadAttention::forward(const std::vector<Matrix>& batch,
                                         std::optional<Training> training) const {
  List<Matrix> context_vecs;
  for (MultiHeadAttentionSteps& item : steps(batch, training)) {
    context_vecs.push_back(std::move(item.context_vecs));
  }
  return context_vecs;
}

std::size_t MultiHeadAttention::head_dim() const {
  require_num_heads(W_query.d_out(), num_heads);
  return W_query.d_out() / num_heads;
}

std::size_t MultiHeadAttention::num_parameters() const {
  return W_query.num_parameters() + W_key.num_parameters() + W_value.num_parameters() +
         out_proj.num_parameters();
}

}  // namespace longhand
