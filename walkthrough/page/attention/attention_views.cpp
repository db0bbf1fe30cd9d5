#include <algorithm>
#include <longhand/dropout.hpp>
#include <longhand/generator.hpp>
#include <longhand/key_value_cache.hpp>
#include <longhand/simplified_self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>

#include "attention_page.hpp"
#include "mistakes.hpp"
#include "recall.hpp"

using namespace longhand;

namespace walkthrough {
namespace {

constexpr double p = 0.5;

Matrix as_row(std::span<const float> vector) {
  return Matrix(1, vector.size(), {vector.begin(), vector.end()});
}

Matrix row_sums(const Matrix& matrix) {
  Matrix sums(matrix.rows(), 1);
  for (std::size_t row = 0; row < matrix.rows(); ++row) sums(row, 0) = sum(matrix.row(row));
  return sums;
}

struct Projected {
  Matrix queries, keys, values;
};

// Weights of SelfAttentionV1 are matrices, all others are layers.
Matrix forward(const Matrix& weight, const Matrix& inputs) { return matmul(inputs, weight); }
Matrix forward(const Linear& layer, const Matrix& inputs) { return layer.forward(inputs); }

Projected project(const auto& layers, const Matrix& inputs) {
  return {forward(layers.W_query, inputs), forward(layers.W_key, inputs),
          forward(layers.W_value, inputs)};
}

class Views {
 public:
  Views(const AttentionGiven& its_given, const AttentionSwitches& its_switches)
      : given(its_given),
        inputs(its_given.inputs),
        ones(inputs.rows(), inputs.rows(), 1),
        switches(its_switches) {
    switches.token = std::min(switches.token, inputs.rows() - 1);
  }

  void open(const std::string& name) {
    views.push_back({name, {}});
    suffix.clear();
  }
  Matrix add(const std::string& name, const Matrix& matrix) {
    views.back().steps.emplace_back(name + suffix, matrix);
    return matrix;
  }

  void add(const Projected& projected, const std::string& prefix = "") {
    add(prefix + "queries", projected.queries);
    add(prefix + "keys", projected.keys);
    add(prefix + "values", projected.values);
  }

  // From scores that are scaled and masked as they should be to context vectors.
  Matrix finish(const Matrix& scores, const Matrix& values, const std::string& prefix = "",
                const std::optional<Training>& training = {}) {
    Matrix weights = add(prefix + "attn_weights", softmax_rows(scores));
    if (training) {
      add_dropout_of_ones();
      weights = add("dropped_weights", Dropout(p, training).drop(weights));
    }
    return add(prefix + "context_vecs", matmul(weights, values));
  }

  Matrix attend(const Projected& projected, bool is_causal, const std::string& prefix = "",
                const std::optional<Training>& training = {}) {
    Matrix scores =
        add(prefix + "attn_scores", matmul(projected.queries, transpose(projected.keys)));
    if (switches.is_masked.value_or(is_causal)) {
      scores = add(prefix + "masked_scores", mask_scores(scores));
    }
    if (switches.is_scaled) {
      scores = add(prefix + "scaled_scores", scale(scores, projected.keys.cols()));
    }
    return finish(scores, projected.values, prefix, training);
  }

  void add_dropout_of_ones() {
    Generator generator(given.dropout_seed);
    add("dropout_of_ones", Dropout(p, Training{generator}).drop(ones));
  }

  // The right steps of a mistake stand before its wrong ones.
  Projected open_mistake(const std::string& name, const Projected& projected, bool is_causal) {
    open(name);
    add(projected);
    attend(projected, is_causal);
    suffix = "_wrong";
    return projected;
  }

  void open_many(const std::string& name) {
    open(name);
    multi_head(given.mha, inputs, given.mha.num_heads);
    suffix = "_wrong";
  }

  void simplified() {
    const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
    add("attn_scores", steps.attn_scores);
    add("attn_weights", steps.attn_weights);
    add("row_sums", row_sums(steps.attn_weights));
    add("all_context_vecs", steps.context_vecs);
  }

  // One token after the other up to the token, which is then the new one.
  void token_by_token() {
    KeyValueCache before, cache;
    MultiHeadAttentionSteps steps;
    const std::size_t cached = switches.token;
    for (std::size_t token = 0; token <= cached; ++token) {
      before = cache;
      steps = steps_with_cache(given.mha, as_row(inputs.row(token)), cache);
    }
    add("new_inputs", as_row(inputs.row(cached)));
    add("queries", steps.queries);
    add("new_keys", as_row(steps.keys.row(cached)));
    add("new_values", as_row(steps.values.row(cached)));
    if (cached > 0) {
      add("cache.keys", before.keys);
      add("cache.values", before.values);
    }
    add("keys", cache.keys);
    add("values", cache.values);
    for (std::size_t i = 0; i < steps.heads.size(); ++i) {
      const std::string prefix = "head_" + std::to_string(i) + ".";
      const CausalAttentionSteps& head = steps.heads[i];
      add({head.queries, head.keys, head.values}, prefix);
      add(prefix + "attn_scores", head.attn_scores);
      add(prefix + "scaled_scores", head.scaled_scores);
      add(prefix + "attn_weights", head.attn_weights);
      add(prefix + "context_vecs", head.context_vecs);
    }
    add("joined", steps.joined);
    add("context_vecs", steps.context_vecs);
  }

  void recall(const std::string& name, const MultiHeadAttention& model) {
    open(name);
    const Matrix context_vecs = multi_head(model, given.recall->inputs, model.num_heads);
    const Matrix logits = add("logits", recall::logits(context_vecs));
    add("probabilities", softmax_rows(logits));
  }

  void one_query() {
    const std::string number = "_" + std::to_string(switches.token + 1);
    const Matrix attn_scores = matmul(inputs, transpose(inputs));
    const std::span<const float> scores = attn_scores.row(switches.token);
    add("attn_scores" + number, as_row(scores));
    std::vector<float> plain(scores.begin(), scores.end());
    for (float& weight : plain) weight /= sum(scores);
    add("attn_weights" + number + "_tmp", as_row(plain));
    add("sum(attn_weights" + number + "_tmp)", row_sums(as_row(plain)));
    add("attn_weights" + number + "_naive", as_row(softmax_naive(scores)));
    const std::vector<float> weights = softmax(scores);
    add("attn_weights" + number + "_softmax", as_row(weights));
    add("sum(attn_weights" + number + "_softmax)", row_sums(as_row(weights)));
    Matrix weighted_inputs = inputs;
    for (std::size_t token = 0; token < inputs.rows(); ++token) {
      for (float& value : weighted_inputs.row(token)) value *= weights[token];
    }
    add("weighted_inputs", weighted_inputs);
    add("context_vec" + number, matmul(as_row(weights), inputs));
  }

  void two_masks() {
    const SelfAttentionSteps steps = given.sa_v2.steps(inputs);
    add({steps.queries, steps.keys, steps.values});
    add("attn_scores", steps.attn_scores);
    add("scaled_scores", steps.scaled_scores);
    add("attn_weights", steps.attn_weights);
    const Matrix mask_simple = add("mask_simple", causal_mask(inputs.rows()));
    const Matrix masked_simple =
        add("masked_simple", elementwise_product(steps.attn_weights, mask_simple));
    const Matrix sums = add("row_sums", row_sums(masked_simple));
    Matrix masked_simple_norm = masked_simple;
    for (std::size_t query = 0; query < inputs.rows(); ++query) {
      for (float& weight : masked_simple_norm.row(query)) weight /= sums(query, 0);
    }
    add("masked_simple_norm", masked_simple_norm);
    const Matrix masked = add("masked", mask_scores(steps.attn_scores));
    const Matrix masked_scaled = add("masked_scaled", scale(masked, steps.keys.cols()));
    const Matrix causal = add("attn_weights_causal", softmax_rows(masked_scaled));
    add_dropout_of_ones();
    Generator generator(given.dropout_seed);
    add("dropout_of_attn_weights", Dropout(p, Training{generator}).drop(causal));
  }

  void heads_side_by_side() {
    std::vector<Matrix> context_vecs;
    for (std::size_t head = 0; head < given.wrapper.heads.size(); ++head) {
      const std::string prefix = "head_" + std::to_string(head) + ".";
      const Projected projected = project(given.wrapper.heads[head], inputs);
      add(projected, prefix);
      context_vecs.push_back(attend(projected, true, prefix));
    }
    add("context_vecs", join_heads(context_vecs));
  }

  // A mistake splits heads in another way, or scales their scores by the root of another d_k.
  Matrix multi_head(const Projected& projected, std::size_t num_heads, std::size_t d_k,
                    const Linear& out_proj, const auto& split) {
    const std::vector<Matrix> queries = split(projected.queries, num_heads);
    const std::vector<Matrix> keys = split(projected.keys, num_heads);
    const std::vector<Matrix> values = split(projected.values, num_heads);
    std::vector<Matrix> context_vecs;
    for (std::size_t head = 0; head < num_heads; ++head) {
      const std::string prefix = "head_" + std::to_string(head) + ".";
      if (d_k == keys[head].cols()) {
        const Projected of_head{queries[head], keys[head], values[head]};
        add(of_head, prefix);
        context_vecs.push_back(attend(of_head, true, prefix));
      } else {
        const Matrix masked = mask_scores(matmul(queries[head], transpose(keys[head])));
        const Matrix scaled = add(prefix + "scaled_scores", scale(masked, d_k));
        context_vecs.push_back(finish(scaled, values[head], prefix));
      }
    }
    const Matrix joined = add("joined", join_heads(context_vecs));
    return add("context_vecs", out_proj.forward(joined));
  }

  Matrix multi_head(const MultiHeadAttention& model, const Matrix& its_inputs,
                    std::size_t num_heads) {
    const Projected projected = project(model, its_inputs);
    add(projected);
    return multi_head(projected, num_heads, projected.keys.cols() / num_heads, model.out_proj,
                      split_heads);
  }

  void mistakes_of_softmax_and_scaling() {
    open("softmax-over-columns");
    simplified();
    suffix = "_wrong";
    const Matrix columns =
        add("attn_weights", mistakes::softmax_columns(matmul(inputs, transpose(inputs))));
    add("row_sums", row_sums(columns));
    add("all_context_vecs", matmul(columns, inputs));

    const Projected v1 = project(given.sa_v1, inputs);
    const Matrix scores_v1 = matmul(v1.queries, transpose(v1.keys));
    open_mistake("no-scaling", v1, false);
    add("context_vecs",
        matmul(add("attn_weights", mistakes::attn_weights_unscaled(v1.queries, v1.keys)),
               v1.values));
    open_mistake("no-root", v1, false);
    finish(add("scaled_scores", mistakes::scale_without_root(scores_v1, v1.keys.cols())),
           v1.values);
  }

  void untransposed_weight() {
    open_many("untransposed");
    add("context_vecs",
        mistakes::forward_untransposed(given.mha.out_proj, given.mha.steps(inputs).joined));
  }

  void mistakes_of_masks() {
    const Projected v2 = project(given.sa_v2, inputs);
    const SelfAttentionSteps unmasked = given.sa_v2.steps(inputs);
    const auto scaled = [&](const Matrix& scores) {
      return add("scaled_scores", scale(scores, v2.keys.cols()));
    };
    open_mistake("not-renormalised", v2, true);
    scaled(unmasked.attn_scores);
    add("attn_weights", unmasked.attn_weights);
    const Matrix masked_weights = mistakes::mask_weights(unmasked.attn_weights);
    add("context_vecs", matmul(add("masked_weights", masked_weights), v2.values));
    for (const auto& [name, diagonal] : {std::pair{"mask-too-late", 2}, {"mask-too-early", 0}}) {
      open_mistake(name, v2, true);
      finish(scaled(add("masked_scores", mistakes::mask_scores_from_diagonal(
                                             unmasked.attn_scores, std::size_t(diagonal)))),
             v2.values);
    }

    open("large-number");
    add(v2);
    add("attn_scores", unmasked.attn_scores);
    const Matrix factor(inputs.rows(), inputs.rows(), -1e10F);
    const Matrix large = add("large_scores", elementwise_product(unmasked.attn_scores, factor));
    finish(scaled(add("masked_scores", mask_scores(large))), v2.values);
    suffix = "_wrong";
    finish(scaled(add("masked_scores", mistakes::mask_scores_with_large_number(large))), v2.values);

    open_mistake("zero-mask", v2, true);
    finish(scaled(add("masked_scores", mistakes::mask_weights(unmasked.attn_scores))), v2.values);
  }

  void mixed_batch() {
    open_mistake("mixed-batch", project(given.ca, inputs), true);
    const Matrix sequence = add("inputs", mistakes::one_sequence({inputs, inputs}));
    const Projected mixed = project(given.ca, sequence);
    add(mixed);
    attend(mixed, true);
  }

  void mistakes_of_dropout() {
    open("dropout-unscaled");
    two_masks();
    suffix = "_wrong";
    Generator for_ones(given.dropout_seed), for_weights(given.dropout_seed);
    const Matrix causal = softmax_rows(
        scale(mask_scores(given.sa_v2.steps(inputs).attn_scores), given.sa_v2.W_key.d_out()));
    add("dropout_of_ones", mistakes::drop_without_scaling(ones, p, for_ones));
    add("dropout_of_attn_weights", mistakes::drop_without_scaling(causal, p, for_weights));

    const Projected projected = project(given.ca, inputs);
    open_mistake("dropout-left-on", projected, true);
    Generator generator(given.dropout_seed);
    Dropout still_dropping(p, Training{generator});
    const CausalAttentionSteps steps =
        causal_attention(projected.queries, projected.keys, projected.values, still_dropping);
    add_dropout_of_ones();
    add("dropped_weights", steps.dropped_weights);
    add("context_vecs", steps.context_vecs);
  }

  void mistakes_of_heads() {
    const MultiHeadAttention& mha = given.mha;
    const Projected projected = project(mha, inputs);
    open_many("reshaped-heads");
    multi_head(projected, mha.num_heads, mha.head_dim(), mha.out_proj,
               mistakes::split_heads_by_reshaping);
    open_many("scaled-by-d_out");
    if (mha.num_heads > 1) {
      multi_head(projected, mha.num_heads, mha.W_key.d_out(), mha.out_proj, split_heads);
    }
  }

  const AttentionGiven& given;
  const Matrix& inputs;
  const Matrix ones;
  AttentionSwitches switches;
  std::vector<AttentionView> views;
  std::string suffix;
};

}  // namespace

std::vector<AttentionView> attention_views(const AttentionGiven& given,
                                           const AttentionSwitches& switches) {
  const Matrix& inputs = given.inputs;
  Views views(given, switches);
  views.open("nothing-trained");
  views.one_query();
  views.simplified();
  const auto attend = [&](const std::string& name, const auto& layers, bool is_causal,
                          const std::optional<Training>& training = {}) {
    views.open(name);
    const Projected projected = project(layers, inputs);
    views.add(projected);
    views.attend(projected, is_causal, "", training);
  };
  attend("self-attention", given.sa_v1, false);
  attend("linear-layers", given.sa_v2, false);
  views.open("two-masks");
  views.two_masks();
  attend("causal", given.ca, true);
  Generator generator(given.dropout_seed);
  attend("dropout", given.ca, true, Training{generator});
  views.open("heads-side-by-side");
  views.heads_side_by_side();
  views.open("multi-head");
  views.multi_head(given.mha, inputs, switches.num_heads.value_or(given.mha.num_heads));
  views.open("token-by-token");
  views.token_by_token();
  if (given.recall) {
    views.recall("untrained", given.recall->untrained);
    views.recall("trained", given.recall->trained);
  }
  // A mistake has its own switches.
  views.switches = {.token = views.switches.token};
  views.mistakes_of_softmax_and_scaling();
  views.untransposed_weight();
  views.mistakes_of_masks();
  views.mistakes_of_dropout();
  views.mixed_batch();
  views.mistakes_of_heads();
  return views.views;
}

}  // namespace walkthrough
