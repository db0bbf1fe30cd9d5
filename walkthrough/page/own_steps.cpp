#include "own_steps.hpp"

#include <algorithm>
#include <cmath>
#include <longhand/causal_attention.hpp>
#include <longhand/dropout.hpp>
#include <longhand/generator.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/self_attention.hpp>
#include <longhand/simplified_self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "embedding_file.hpp"

using namespace longhand;

namespace walkthrough {
namespace {

bool has_infinity_or_nan(const Tensor& tensor) {
  return std::ranges::any_of(tensor.values, [](float value) {
    return std::isnan(value) || value == INFINITY;  // -inf is the mask's
  });
}

// A page that explains the first number that is infinite, or none.
class OwnPage {
 public:
  explicit OwnPage(Page& its_page) : page(its_page) {}

  void show(const std::string& name, const Axes& axes, const Tensor& computed) {
    page.show_computed(name, axes, computed);
    if (is_explained_ || !has_infinity_or_nan(computed)) return;
    is_explained_ = true;
    page.note("Why numbers are inf or nan from here on",
              "A product or a sum is beyond the largest float, 3.4e38. It becomes infinite, "
              "and infinity minus infinity is nan, not a number. Divide all numbers of the "
              "file by a power of ten.");
  }

  Page& page;

 private:
  bool is_explained_ = false;
};

// The attention of one head, masked or not: CausalAttentionSteps, without the mask if asked.
using Attention = CausalAttentionSteps;

Attention attention_of(const Matrix& queries, const Matrix& keys, const Matrix& values,
                       bool is_causal) {
  Attention steps{.queries = queries, .keys = keys, .values = values};
  steps.attn_scores = matmul(queries, transpose(keys));
  steps.masked_scores = is_causal ? mask_scores(steps.attn_scores) : steps.attn_scores;
  steps.scaled_scores = scale(steps.masked_scores, keys.cols());
  steps.attn_weights = softmax_rows(steps.scaled_scores);
  steps.context_vecs = matmul(steps.attn_weights, values);
  return steps;
}

// The same from the layers of SelfAttentionV2 or CausalAttention.
template <class Layers>
Attention attention_of(const Layers& layers, const Matrix& inputs, bool is_causal) {
  return attention_of(layers.W_query.forward(inputs), layers.W_key.forward(inputs),
                      layers.W_value.forward(inputs), is_causal);
}

MultiHeadAttention multi_head_attention(const Matrix& inputs, const OwnChoice& choice) {
  Generator generator(choice.seed);
  return MultiHeadAttention::draw({.d_in = inputs.cols(),
                                   .d_out = choice.d_out,
                                   .context_length = inputs.rows(),
                                   .num_heads = choice.num_heads},
                                  generator);
}

std::vector<Attention> heads_of(const MultiHeadAttention& mha, const Matrix& inputs,
                                const OwnChoice& choice) {
  const auto queries = split_heads(mha.W_query.forward(inputs), choice.num_heads);
  const auto keys = split_heads(mha.W_key.forward(inputs), choice.num_heads);
  const auto values = split_heads(mha.W_value.forward(inputs), choice.num_heads);
  std::vector<Attention> heads;
  for (std::size_t head = 0; head < choice.num_heads; ++head) {
    heads.push_back(attention_of(queries[head], keys[head], values[head], choice.is_causal));
  }
  return heads;
}

Matrix joined(const std::vector<Attention>& heads) {
  std::vector<Matrix> context_vecs;
  for (const Attention& head : heads) context_vecs.push_back(head.context_vecs);
  return join_heads(context_vecs);
}

// `name` goes before the name of each tensor.
void show(OwnPage& own, const std::string& name, const std::string& width, const Attention& steps,
          bool is_causal) {
  own.show(name + "queries", {"tokens", width}, steps.queries);
  own.show(name + "keys", {"tokens", width}, steps.keys);
  own.show(name + "values", {"tokens", width}, steps.values);
  own.show(name + "attn_scores", {"queries", "keys"}, steps.attn_scores);
  if (is_causal) own.show(name + "masked_scores", {"queries", "keys"}, steps.masked_scores);
  own.show(name + "scaled_scores", {"queries", "keys"}, steps.scaled_scores);
  own.show(name + "attn_weights", {"queries", "keys"}, steps.attn_weights);
  own.show(name + "context_vecs", {"tokens", width}, steps.context_vecs);
}

template <class Layers>
void show_weights(OwnPage& own, const std::string& name, const std::string& width,
                  const Layers& layers) {
  own.show(name + "W_query.weight", {width, "d_in"}, layers.W_query.weight);
  own.show(name + "W_key.weight", {width, "d_in"}, layers.W_key.weight);
  own.show(name + "W_value.weight", {width, "d_in"}, layers.W_value.weight);
}

std::vector<float> row_sums_of(const Matrix& matrix) {
  std::vector<float> row_sums;
  for (std::size_t row = 0; row < matrix.rows(); ++row) row_sums.push_back(sum(matrix.row(row)));
  return row_sums;
}

void show_chapter_1(OwnPage& own, const Matrix& inputs) {
  own.page.title("1 Simplified self-attention",
                 "Each token takes from every token a share that grows with the dot product of the "
                 "two. Nothing is trained.");
  own.show("inputs", {"tokens", "d_in"}, inputs);
  own.page.section("All queries", "Every token asks once.");
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
  own.show("attn_scores", {"queries", "keys"}, steps.attn_scores);
  own.show("attn_weights", {"queries", "keys"}, steps.attn_weights);
  own.show("row_sums", {"queries"}, row_sums_of(steps.attn_weights));
  own.show("all_context_vecs", {"tokens", "d_in"}, steps.context_vecs);
}

void show_chapter_2(OwnPage& own, const Matrix& inputs, const OwnChoice& choice) {
  own.page.title(
      "2 Self-attention",
      "Three matrices decide what a token looks for, what it can be found by, and what it "
      "passes on. They are random, from the seed " +
          std::to_string(choice.seed) + ".");
  own.page.section("SelfAttentionV1", "Weights from 0 to 1.");
  Generator generator_v1(choice.seed);
  const auto sa_v1 =
      SelfAttentionV1::draw({.d_in = inputs.cols(), .d_out = choice.d_out}, generator_v1);
  own.show("W_query", {"d_in", "d_out"}, sa_v1.W_query);
  own.show("W_key", {"d_in", "d_out"}, sa_v1.W_key);
  own.show("W_value", {"d_in", "d_out"}, sa_v1.W_value);
  const Attention of_v1 = attention_of(matmul(inputs, sa_v1.W_query), matmul(inputs, sa_v1.W_key),
                                       matmul(inputs, sa_v1.W_value), false);
  show(own, "", "d_out", of_v1, false);

  own.page.section("SelfAttentionV2", "Linear layers, whose weights are drawn around zero.");
  Generator generator_v2(choice.seed);
  const auto sa_v2 =
      SelfAttentionV2::draw({.d_in = inputs.cols(), .d_out = choice.d_out}, generator_v2);
  show_weights(own, "", "d_out", sa_v2);
  show(own, "", "d_out", attention_of(sa_v2, inputs, false), false);
}

void show_chapter_3(OwnPage& own, const Matrix& inputs, const OwnChoice& choice) {
  own.page.title("3 Causal attention",
                 choice.is_causal ? "No token may look at a later one."
                                  : "Without the mask, only dropout is left of this chapter.");
  Generator generator(choice.seed);
  const auto sa_v2 =
      SelfAttentionV2::draw({.d_in = inputs.cols(), .d_out = choice.d_out}, generator);
  Matrix attn_weights = sa_v2.steps(inputs).attn_weights;
  if (choice.is_causal) {
    own.page.section("CausalAttention",
                     "A score of minus infinity before softmax is a weight of zero after it.");
    const Attention causal = attention_of(sa_v2, inputs, true);
    show(own, "", "d_out", causal, true);
    attn_weights = causal.attn_weights;
  }
  own.page.section("Dropout",
                   "In training, each weight becomes zero with probability 0.5, and else twice as "
                   "large.");
  Generator generator_for_weights(choice.seed);
  own.show("dropout(attn_weights)", {"queries", "keys"},
           Dropout(0.5, Training{generator_for_weights}).drop(attn_weights));
}

void show_chapter_4(OwnPage& own, const Matrix& inputs, const OwnChoice& choice) {
  const std::size_t head_dim = choice.d_out / choice.num_heads;
  const auto head_name = [](std::size_t head) { return "head " + std::to_string(head) + ": "; };
  own.page.title("4 Multi-head attention",
                 "Several attentions look at the same tokens: num_heads is " +
                     std::to_string(choice.num_heads) + ", head_dim " + std::to_string(head_dim) +
                     ", and d_out, their product, " + std::to_string(choice.d_out) + ".");

  own.page.section("MultiHeadAttention", "One projection, split, attended, joined, projected.");
  const MultiHeadAttention mha = multi_head_attention(inputs, choice);
  show_weights(own, "", "d_out", mha);
  own.show("out_proj.weight", {"d_out", "d_out"}, mha.out_proj.weight);
  own.show("out_proj.bias", {"d_out"}, mha.out_proj.bias);
  own.show("queries", {"tokens", "d_out"}, mha.W_query.forward(inputs));
  own.show("keys", {"tokens", "d_out"}, mha.W_key.forward(inputs));
  own.show("values", {"tokens", "d_out"}, mha.W_value.forward(inputs));
  const std::vector<Attention> heads = heads_of(mha, inputs, choice);
  for (std::size_t head = 0; head < heads.size(); ++head) {
    show(own, head_name(head), "head_dim", heads[head], choice.is_causal);
  }
  own.show("joined", {"tokens", "d_out"}, joined(heads));
  own.show("context_vecs", {"tokens", "d_out"}, mha.out_proj.forward(joined(heads)));
}

// One table of weights for each variant, and the context vectors of the last.
void show_summary(OwnPage& own, const Matrix& inputs, const OwnChoice& choice) {
  const auto show = [&](const std::string& name, const std::string& figure, const Matrix& weights) {
    own.show(name, {"queries", "keys"}, weights);
    own.page.heat_map("own_" + figure, {"queries", "keys"}, weights, "Attention weights: " + name,
                      {.is_masked = choice.is_causal && figure[0] > '2'});
  };
  own.page.section("Attention weights", "How each token shares its attention, in each variant.");
  show("nothing trained", "1_attn_weights", simplified_self_attention(inputs).attn_weights);
  Generator generator(choice.seed);
  const auto sa_v2 =
      SelfAttentionV2::draw({.d_in = inputs.cols(), .d_out = choice.d_out}, generator);
  const SelfAttentionSteps steps = sa_v2.steps(inputs);
  show("self-attention", "2_attn_weights", steps.attn_weights);
  if (choice.is_causal) {
    show("causal attention", "3_attn_weights",
         softmax_rows(scale(mask_scores(steps.attn_scores), choice.d_out)));
  }
  const MultiHeadAttention mha = multi_head_attention(inputs, choice);
  const std::vector<Attention> heads = heads_of(mha, inputs, choice);
  for (std::size_t head = 0; head < heads.size(); ++head) {
    show("head " + std::to_string(head) + " of multi-head attention",
         "4_attn_weights_head_" + std::to_string(head), heads[head].attn_weights);
  }
  own.page.section("Context vectors", "What multi-head attention makes of the tokens.");
  own.show("context_vecs", {"tokens", "d_out"}, mha.out_proj.forward(joined(heads)));
}

// Throws std::invalid_argument if a tensor would be too large to print.
void require_few_numbers(const Matrix& inputs, const OwnChoice& choice) {
  const auto require = [](const std::string& what, std::uint64_t numbers, const std::string& fit) {
    if (numbers <= most_numbers) return;
    throw std::invalid_argument(what + " would hold " + std::to_string(numbers) +
                                " numbers, and all are printed: at most " + fit);
  };
  const auto root = [](std::size_t numbers) {
    return std::to_string(static_cast<std::size_t>(std::sqrt(static_cast<double>(numbers))));
  };
  const std::size_t tokens = inputs.rows(), d_out = choice.d_out, heads = choice.num_heads;
  require("attn_weights (heads x tokens x tokens)", heads * tokens * tokens,
          root(most_numbers / heads) + " tokens fit with " + std::to_string(heads) + " heads");
  require("queries (tokens x d_out)", tokens * d_out,
          "a d_out of " + std::to_string(most_numbers / tokens) + " fits");
  require("W_query (d_out x d_in)", d_out * inputs.cols(),
          "a d_out of " + std::to_string(most_numbers / inputs.cols()) + " fits");
  require("out_proj.weight (d_out x d_out)", d_out * d_out,
          "a d_out of " + root(most_numbers) + " fits");
}

}  // namespace

void show_own_summary(Page& page, const Matrix& inputs, const OwnChoice& choice) {
  require_few_numbers(inputs, choice);
  OwnPage own(page);
  show_summary(own, inputs, choice);
}

void show_own_steps(Page& page, const Matrix& inputs, const OwnChoice& choice) {
  require_few_numbers(inputs, choice);
  OwnPage own(page);
  show_chapter_1(own, inputs);
  show_chapter_2(own, inputs, choice);
  show_chapter_3(own, inputs, choice);
  show_chapter_4(own, inputs, choice);
}

}  // namespace walkthrough
