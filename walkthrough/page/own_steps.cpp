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

struct Attention {
  Matrix attn_weights;
  Matrix context_vecs;
};

// The attention of one head, masked or not. `name` goes before the name of each tensor.
Attention show_attention(OwnPage& own, const std::string& name, const std::string& width,
                         const Matrix& queries, const Matrix& keys, const Matrix& values,
                         bool is_causal) {
  own.show(name + "queries", {"tokens", width}, queries);
  own.show(name + "keys", {"tokens", width}, keys);
  own.show(name + "values", {"tokens", width}, values);
  const Matrix attn_scores = matmul(queries, transpose(keys));
  own.show(name + "attn_scores", {"queries", "keys"}, attn_scores);
  const Matrix scores = is_causal ? mask_scores(attn_scores) : attn_scores;
  if (is_causal) own.show(name + "masked_scores", {"queries", "keys"}, scores);
  const Matrix scaled_scores = scale(scores, keys.cols());
  own.show(name + "scaled_scores", {"queries", "keys"}, scaled_scores);
  const Matrix attn_weights = softmax_rows(scaled_scores);
  own.show(name + "attn_weights", {"queries", "keys"}, attn_weights);
  const Matrix context_vecs = matmul(attn_weights, values);
  own.show(name + "context_vecs", {"tokens", width}, context_vecs);
  return {attn_weights, context_vecs};
}

// The same from the layers of SelfAttentionV2 or CausalAttention.
template <class Layers>
Attention show_attention_of(OwnPage& own, const std::string& name, const std::string& width,
                            const Layers& layers, const Matrix& inputs, bool is_causal) {
  return show_attention(own, name, width, layers.W_query.forward(inputs),
                        layers.W_key.forward(inputs), layers.W_value.forward(inputs), is_causal);
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

// The second token, or the only one.
std::size_t open_one_query(OwnPage& own, const Matrix& inputs) {
  const bool is_alone = inputs.rows() == 1;
  own.page.section("One query",
                   is_alone ? "The only token asks." : "The second token asks, as in the chapter.");
  return is_alone ? 0 : 1;
}

// "_2", as in attn_scores_2, for the second.
std::string number_of(std::size_t query) { return "_" + std::to_string(query + 1); }

// Chapter 1 for one query: the second token, or the only one.
void show_one_query(OwnPage& own, const Matrix& inputs) {
  const std::size_t query = open_one_query(own, inputs);
  const std::string number = number_of(query);
  const Matrix all_scores = matmul(inputs, transpose(inputs));
  const std::span<const float> attn_scores = all_scores.row(query);
  own.show("attn_scores" + number, {"tokens"}, attn_scores);

  std::vector<float> attn_weights_tmp(attn_scores.begin(), attn_scores.end());
  const float total = sum(attn_scores);
  for (float& weight : attn_weights_tmp) weight /= total;
  own.page.show_computed("attn_weights" + number + "_tmp", {"tokens"}, attn_weights_tmp);
  if (total == 0) {
    own.page.note("Why there are no shares",
                  "The scores sum to zero, and nothing can be divided by that. Softmax never "
                  "meets this case: exponentials are positive.");
  }
  own.page.show_computed("sum(attn_weights" + number + "_tmp)", {}, sum(attn_weights_tmp));
  const std::vector<float> attn_weights_naive = softmax_naive(attn_scores);
  own.page.show_computed("attn_weights" + number + "_naive", {"tokens"}, attn_weights_naive);
  if (!(sum(attn_weights_naive) > 0)) {
    own.page.note("Why the naive weights fail",
                  "The exponential of a score, or the sum of all, is beyond the largest float: "
                  "that begins with a score of 88.7. Softmax subtracts the largest score "
                  "first, which changes no weight.");
  }
  const std::vector<float> attn_weights = softmax(attn_scores);
  own.show("attn_weights" + number + "_softmax", {"tokens"}, attn_weights);
  own.show("sum(attn_weights" + number + "_softmax)", {}, sum(attn_weights));

  Matrix weighted_inputs(inputs.rows(), inputs.cols());
  std::vector<float> context_vec(inputs.cols());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
      weighted_inputs(token, feature) = attn_weights[token] * inputs(token, feature);
      context_vec[feature] += weighted_inputs(token, feature);
    }
  }
  own.show("weighted_inputs", {"tokens", "d_in"}, weighted_inputs);
  own.show("context_vec" + number, {"d_in"}, context_vec);
}

void show_chapter_1(OwnPage& own, const Matrix& inputs) {
  own.page.title("1 Simplified self-attention",
                 "Each token takes from every token a share that grows with the dot product of the "
                 "two. Nothing is trained.");
  own.show("inputs", {"tokens", "d_in"}, inputs);
  show_one_query(own, inputs);
  own.page.section("All queries", "Every token asks once.");
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
  own.show("attn_scores", {"queries", "keys"}, steps.attn_scores);
  own.show("attn_weights", {"queries", "keys"}, steps.attn_weights);
  own.page.heat_map("own_1_attn_weights", {"queries", "keys"}, steps.attn_weights,
                    "Simplified self-attention: attention weights");
  own.show("row_sums", {"queries"}, row_sums_of(steps.attn_weights));
  own.show("all_context_vecs", {"tokens", "d_in"}, steps.context_vecs);
}

// Chapter 2 for one query.
void show_one_query(OwnPage& own, const Matrix& inputs, const SelfAttentionSteps& steps) {
  const std::size_t query = open_one_query(own, inputs);
  const std::string number = number_of(query);
  own.show("query" + number, {"d_out"}, steps.queries.row(query));
  own.show("attn_score" + number + std::to_string(query + 1), {}, steps.attn_scores(query, query));
  own.show("attn_scores" + number, {"tokens"}, steps.attn_scores.row(query));
  own.show("scaled_scores" + number, {"tokens"}, steps.scaled_scores.row(query));
  own.show("attn_weights" + number, {"tokens"}, steps.attn_weights.row(query));
  own.show("context_vec" + number, {"d_out"}, steps.context_vecs.row(query));
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
  show_one_query(own, inputs, sa_v1.steps(inputs));
  own.page.section("All queries", "The same for all tokens.");
  const Attention of_v1 =
      show_attention(own, "", "d_out", matmul(inputs, sa_v1.W_query), matmul(inputs, sa_v1.W_key),
                     matmul(inputs, sa_v1.W_value), false);
  own.page.heat_map("own_2_attn_weights_v1", {"queries", "keys"}, of_v1.attn_weights,
                    "SelfAttentionV1: attention weights");

  own.page.section("SelfAttentionV2", "Linear layers, whose weights are drawn around zero.");
  Generator generator_v2(choice.seed);
  const auto sa_v2 =
      SelfAttentionV2::draw({.d_in = inputs.cols(), .d_out = choice.d_out}, generator_v2);
  show_weights(own, "", "d_out", sa_v2);
  const Attention of_v2 = show_attention_of(own, "", "d_out", sa_v2, inputs, false);
  own.page.heat_map("own_2_attn_weights_v2", {"queries", "keys"}, of_v2.attn_weights,
                    "SelfAttentionV2: attention weights");
}

// The first way of chapter 3: the weights of SelfAttentionV2, masked and renormalised.
void show_masked_weights(OwnPage& own, const Matrix& attn_weights) {
  own.page.section("First way: mask the weights",
                   "The weights of SelfAttentionV2, zero for later keys, each row divided by its "
                   "new sum.");
  const std::size_t num_tokens = attn_weights.rows();
  const Matrix mask_simple = causal_mask(num_tokens);
  own.show("mask_simple", {"queries", "keys"}, mask_simple);
  Matrix masked_simple(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key < num_tokens; ++key) {
      masked_simple(query, key) = attn_weights(query, key) * mask_simple(query, key);
    }
  }
  own.show("masked_simple", {"queries", "keys"}, masked_simple);
  const std::vector<float> row_sums = row_sums_of(masked_simple);
  own.show("row_sums", {"queries"}, row_sums);
  Matrix masked_simple_norm(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key < num_tokens; ++key) {
      masked_simple_norm(query, key) = masked_simple(query, key) / row_sums[query];
    }
  }
  own.show("masked_simple_norm", {"queries", "keys"}, masked_simple_norm);
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
    show_masked_weights(own, attn_weights);
    own.page.section("Second way: mask the scores",
                     "A score of minus infinity before softmax is a weight of zero after it. This "
                     "is CausalAttention, with the weights of SelfAttentionV2.");
    attn_weights = show_attention_of(own, "", "d_out", sa_v2, inputs, true).attn_weights;
    own.page.heat_map("own_3_attn_weights", {"queries", "keys"}, attn_weights,
                      "Causal attention weights");
  }
  own.page.section("Dropout",
                   "In training, each weight becomes zero with probability 0.5, and else twice as "
                   "large.");
  const std::size_t num_tokens = inputs.rows();
  Matrix ones(num_tokens, num_tokens);
  for (std::size_t row = 0; row < num_tokens; ++row) std::ranges::fill(ones.row(row), 1.0F);
  Generator generator_for_ones(choice.seed);
  own.show("dropout(ones)", {"rows", "columns"},
           Dropout(0.5, Training{generator_for_ones}).drop(ones));
  Generator generator_for_weights(choice.seed);
  const Matrix dropped_weights = Dropout(0.5, Training{generator_for_weights}).drop(attn_weights);
  own.show("dropout(attn_weights)", {"queries", "keys"}, dropped_weights);
  own.page.heat_map("own_3_dropped_weights", {"queries", "keys"}, dropped_weights,
                    "Attention weights after dropout");
}

void show_chapter_4(OwnPage& own, const Matrix& inputs, const OwnChoice& choice) {
  const std::size_t head_dim = choice.d_out / choice.num_heads;
  const auto head_name = [](std::size_t head) { return "head " + std::to_string(head) + ": "; };
  own.page.title("4 Multi-head attention",
                 "Several attentions look at the same tokens: num_heads is " +
                     std::to_string(choice.num_heads) + ", head_dim " + std::to_string(head_dim) +
                     ", and d_out, their product, " + std::to_string(choice.d_out) + ".");

  own.page.section("MultiHeadAttentionWrapper", "Each head has layers of its own.");
  Generator generator_wrapper(choice.seed);
  const auto wrapper = MultiHeadAttentionWrapper::draw({.d_in = inputs.cols(),
                                                        .head_dim = head_dim,
                                                        .context_length = inputs.rows(),
                                                        .num_heads = choice.num_heads},
                                                       generator_wrapper);
  std::vector<Matrix> context_of_heads;
  for (std::size_t head = 0; head < choice.num_heads; ++head) {
    show_weights(own, head_name(head), "head_dim", wrapper.heads[head]);
    context_of_heads.push_back(show_attention_of(own, head_name(head), "head_dim",
                                                 wrapper.heads[head], inputs, choice.is_causal)
                                   .context_vecs);
  }
  own.show("context_vecs", {"tokens", "num_heads * head_dim"}, join_heads(context_of_heads));

  own.page.section("MultiHeadAttention", "One projection, split, attended, joined, projected.");
  Generator generator_mha(choice.seed);
  const auto mha = MultiHeadAttention::draw({.d_in = inputs.cols(),
                                             .d_out = choice.d_out,
                                             .context_length = inputs.rows(),
                                             .num_heads = choice.num_heads},
                                            generator_mha);
  show_weights(own, "", "d_out", mha);
  own.show("out_proj.weight", {"d_out", "d_out"}, mha.out_proj.weight);
  own.show("out_proj.bias", {"d_out"}, mha.out_proj.bias);
  const Matrix queries = mha.W_query.forward(inputs);
  const Matrix keys = mha.W_key.forward(inputs);
  const Matrix values = mha.W_value.forward(inputs);
  own.show("queries", {"tokens", "d_out"}, queries);
  own.show("keys", {"tokens", "d_out"}, keys);
  own.show("values", {"tokens", "d_out"}, values);
  const std::vector<Matrix> queries_of_heads = split_heads(queries, choice.num_heads);
  const std::vector<Matrix> keys_of_heads = split_heads(keys, choice.num_heads);
  const std::vector<Matrix> values_of_heads = split_heads(values, choice.num_heads);
  context_of_heads.clear();
  for (std::size_t head = 0; head < choice.num_heads; ++head) {
    const Attention attention =
        show_attention(own, head_name(head), "head_dim", queries_of_heads[head],
                       keys_of_heads[head], values_of_heads[head], choice.is_causal);
    own.page.heat_map("own_4_attn_weights_head_" + std::to_string(head), {"queries", "keys"},
                      attention.attn_weights, "Attention weights of head " + std::to_string(head));
    context_of_heads.push_back(attention.context_vecs);
  }
  const Matrix joined = join_heads(context_of_heads);
  own.show("joined", {"tokens", "d_out"}, joined);
  own.show("context_vecs", {"tokens", "d_out"}, mha.out_proj.forward(joined));
}

void require_few_numbers(const std::string& name, const std::vector<std::size_t>& shape) {
  std::uint64_t numbers = 1;
  std::string sizes;
  for (const std::size_t size : shape) {
    numbers *= size;
    sizes += (sizes.empty() ? "" : " x ") + std::to_string(size);
  }
  if (numbers <= most_numbers) return;
  throw std::invalid_argument(name + " would hold " + sizes + " = " + std::to_string(numbers) +
                              " numbers, and all are printed: at most " +
                              std::to_string(most_numbers) + " can be");
}

}  // namespace

void show_own_steps(Page& page, const Matrix& inputs, const OwnChoice& choice) {
  if (choice.num_heads == 0 || choice.d_out % choice.num_heads != 0) {
    throw std::invalid_argument("d_out (" + std::to_string(choice.d_out) +
                                ") must be a multiple of num_heads (" +
                                std::to_string(choice.num_heads) + ")");
  }
  require_few_numbers("attn_weights (heads x tokens x tokens)",
                      {choice.num_heads, inputs.rows(), inputs.rows()});
  require_few_numbers("queries (tokens x d_out)", {inputs.rows(), choice.d_out});
  require_few_numbers("W_query (d_out x d_in)", {choice.d_out, inputs.cols()});
  require_few_numbers("out_proj.weight (d_out x d_out)", {choice.d_out, choice.d_out});
  OwnPage own(page);
  show_chapter_1(own, inputs);
  show_chapter_2(own, inputs, choice);
  show_chapter_3(own, inputs, choice);
  show_chapter_4(own, inputs, choice);
}

}  // namespace walkthrough
