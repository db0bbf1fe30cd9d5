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

// All that is computed, each layer drawn from the seed anew, as the chapters do.
struct Variants {
  Variants(const Matrix& inputs, const OwnChoice& choice)
      : simplified(simplified_self_attention(inputs)) {
    const std::size_t d_in = inputs.cols(), d_out = choice.d_out;
    Generator of_v1(choice.seed), of_v2(choice.seed), of_mha(choice.seed);
    sa_v1 = SelfAttentionV1::draw({.d_in = d_in, .d_out = d_out}, of_v1);
    sa_v2 = SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, of_v2);
    mha = MultiHeadAttention::draw({.d_in = d_in,
                                    .d_out = d_out,
                                    .context_length = inputs.rows(),
                                    .num_heads = choice.num_heads},
                                   of_mha);
    v1 = attention_of(matmul(inputs, sa_v1.W_query), matmul(inputs, sa_v1.W_key),
                      matmul(inputs, sa_v1.W_value), false);
    const SelfAttentionSteps steps = sa_v2.steps(inputs);
    v2 = attention_of(steps.queries, steps.keys, steps.values, false);
    causal = attention_of(steps.queries, steps.keys, steps.values, choice.is_causal);
    all_heads = mha.steps(inputs);
    std::vector<Matrix> context_vecs_of_heads;
    for (const Attention& head : all_heads.heads) {
      heads.push_back(attention_of(head.queries, head.keys, head.values, choice.is_causal));
      context_vecs_of_heads.push_back(heads.back().context_vecs);
    }
    joined = join_heads(context_vecs_of_heads);
    context_vecs = mha.out_proj.forward(joined);
  }

  SimplifiedSelfAttentionSteps simplified;
  SelfAttentionV1 sa_v1;
  SelfAttentionV2 sa_v2;
  MultiHeadAttention mha;
  Attention v1, v2, causal;
  MultiHeadAttentionSteps all_heads;
  std::vector<Attention> heads;
  Matrix joined, context_vecs;
};

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

  void show_weights(const std::string& name, const std::string& figure, const Matrix& weights,
                    bool is_masked) {
    show(name, {"queries", "keys"}, weights);
    if (figure.empty()) return;
    page.heat_map("own_" + figure, {"queries", "keys"}, weights, "Attention weights: " + name,
                  {.is_masked = is_masked});
  }

  // `name` goes before the name of each tensor.
  void show_attention(const std::string& name, const std::string& width, const std::string& figure,
                      const Attention& steps, bool is_causal) {
    show(name + "queries", {"tokens", width}, steps.queries);
    show(name + "keys", {"tokens", width}, steps.keys);
    show(name + "values", {"tokens", width}, steps.values);
    show(name + "attn_scores", {"queries", "keys"}, steps.attn_scores);
    if (is_causal) show(name + "masked_scores", {"queries", "keys"}, steps.masked_scores);
    show(name + "scaled_scores", {"queries", "keys"}, steps.scaled_scores);
    show_weights(name + "attn_weights", figure, steps.attn_weights, is_causal);
    show(name + "context_vecs", {"tokens", width}, steps.context_vecs);
  }

  template <class Layers>
  void show_layers(const Layers& layers) {
    show("W_query.weight", {"d_out", "d_in"}, layers.W_query.weight);
    show("W_key.weight", {"d_out", "d_in"}, layers.W_key.weight);
    show("W_value.weight", {"d_out", "d_in"}, layers.W_value.weight);
  }

  Page& page;

 private:
  bool is_explained_ = false;
};

std::string head_figure(std::size_t head) { return "4_attn_weights_head_" + std::to_string(head); }

void show_chapter_1(OwnPage& own, const Matrix& inputs, const Variants& of) {
  own.page.title("1 Simplified self-attention",
                 "Each token takes from every token a share that grows with the dot product of the "
                 "two. Nothing is trained.");
  own.show("inputs", {"tokens", "d_in"}, inputs);
  own.page.section("All queries", "Every token asks once.");
  own.show("attn_scores", {"queries", "keys"}, of.simplified.attn_scores);
  own.show_weights("attn_weights", "1_attn_weights", of.simplified.attn_weights, false);
  own.show("all_context_vecs", {"tokens", "d_in"}, of.simplified.context_vecs);
}

void show_chapter_2(OwnPage& own, const Variants& of) {
  own.page.title("2 Self-attention",
                 "Three matrices, which are random, decide what a token looks for, what it can be "
                 "found by, and what it passes on.");
  own.page.section("SelfAttentionV1", "Weights from 0 to 1.");
  own.show("W_query", {"d_in", "d_out"}, of.sa_v1.W_query);
  own.show("W_key", {"d_in", "d_out"}, of.sa_v1.W_key);
  own.show("W_value", {"d_in", "d_out"}, of.sa_v1.W_value);
  own.show_attention("", "d_out", "", of.v1, false);
  own.page.section("SelfAttentionV2", "Linear layers, whose weights are drawn around zero.");
  own.show_layers(of.sa_v2);
  own.show_attention("", "d_out", "2_attn_weights", of.v2, false);
}

void show_chapter_3(OwnPage& own, const Variants& of, const OwnChoice& choice) {
  own.page.title("3 Causal attention",
                 choice.is_causal ? "No token may look at a later one."
                                  : "Without the mask, only dropout is left of this chapter.");
  if (choice.is_causal) {
    own.page.section("CausalAttention",
                     "A score of minus infinity before softmax is a weight of zero after it.");
    own.show_attention("", "d_out", "3_attn_weights", of.causal, true);
  }
  own.page.section("Dropout",
                   "In training, each weight becomes zero with probability 0.5, and else twice as "
                   "large.");
  Generator generator(choice.seed);
  own.show("dropout(attn_weights)", {"queries", "keys"},
           Dropout(0.5, Training{generator}).drop(of.causal.attn_weights));
}

void show_chapter_4(OwnPage& own, const Variants& of, const OwnChoice& choice) {
  own.page.title("4 Multi-head attention",
                 "Several attentions look at the same tokens: num_heads is " +
                     std::to_string(choice.num_heads) + ", head_dim " +
                     std::to_string(of.mha.head_dim()) + ", and d_out, their product, " +
                     std::to_string(choice.d_out) + ".");
  own.page.section("MultiHeadAttention", "One projection, split, attended, joined, projected.");
  own.show_layers(of.mha);
  own.show("out_proj.weight", {"d_out", "d_out"}, of.mha.out_proj.weight);
  own.show("out_proj.bias", {"d_out"}, of.mha.out_proj.bias);
  own.show("queries", {"tokens", "d_out"}, of.all_heads.queries);
  own.show("keys", {"tokens", "d_out"}, of.all_heads.keys);
  own.show("values", {"tokens", "d_out"}, of.all_heads.values);
  for (std::size_t head = 0; head < of.heads.size(); ++head) {
    own.show_attention("head " + std::to_string(head) + ": ", "head_dim", head_figure(head),
                       of.heads[head], choice.is_causal);
  }
  own.show("joined", {"tokens", "d_out"}, of.joined);
  own.show("context_vecs", {"tokens", "d_out"}, of.context_vecs);
}

// One table of weights for each variant, and the context vectors of the last.
void show_summary(OwnPage& own, const Variants& of, bool is_causal) {
  own.page.section("Attention weights", "How each token shares its attention, in each variant.");
  own.show_weights("nothing trained", "1_attn_weights", of.simplified.attn_weights, false);
  own.show_weights("self-attention", "2_attn_weights", of.v2.attn_weights, false);
  if (is_causal) {
    own.show_weights("causal attention", "3_attn_weights", of.causal.attn_weights, true);
  }
  for (std::size_t head = 0; head < of.heads.size(); ++head) {
    own.show_weights("head " + std::to_string(head) + " of multi-head attention", head_figure(head),
                     of.heads[head].attn_weights, is_causal);
  }
  own.page.section("Context vectors", "What multi-head attention makes of the tokens.");
  own.show("context_vecs", {"tokens", "d_out"}, of.context_vecs);
}

// Throws std::invalid_argument if a tensor would be too large to print.
void require_few_numbers(const Matrix& inputs, const OwnChoice& choice) {
  const std::uint64_t tokens = inputs.rows(), d_out = choice.d_out;
  const std::pair<std::string, std::uint64_t> tensors[] = {
      {"attn_weights (heads x tokens x tokens)", choice.num_heads * tokens * tokens},
      {"queries (tokens x d_out)", tokens * d_out},
      {"W_query (d_out x d_in)", d_out * inputs.cols()},
      {"out_proj.weight (d_out x d_out)", d_out * d_out}};
  for (const auto& [name, numbers] : tensors) {
    if (numbers <= most_numbers) continue;
    throw std::invalid_argument(name + " would hold " + std::to_string(numbers) +
                                " numbers, and all are printed: make it at most " +
                                std::to_string(most_numbers));
  }
}

}  // namespace

void show_own(Page& page, const Matrix& inputs, const OwnChoice& choice, bool all_steps) {
  require_few_numbers(inputs, choice);
  const Variants variants(inputs, choice);
  OwnPage own(page);
  if (!all_steps) return show_summary(own, variants, choice.is_causal);
  show_chapter_1(own, inputs, variants);
  show_chapter_2(own, variants);
  show_chapter_3(own, variants, choice);
  show_chapter_4(own, variants, choice);
}

}  // namespace walkthrough
