#include <algorithm>
#include <cmath>
#include <limits>
#include <longhand/causal_attention.hpp>
#include <longhand/generator.hpp>
#include <longhand/matrix.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <string>
#include <vector>

#include "inputs.hpp"
#include "page.hpp"

using namespace longhand;

void walkthrough::chapter_4(Page& page) {
  page.follow("multi_head_attention");
  page.title(
      "4 Multi-head attention",
      "Several attentions side by side, each with an eye for something else: first as separate "
      "objects, then as one.");

  // One set of weights can look for one kind of thing. **Multi-head attention** runs several causal
  // attentions on the same tokens, each of them a **head**, and puts their context vectors side by
  // side. Three widths have to be kept apart:
  //
  // - `d_in`: numbers of a token that comes in,
  // - `head_dim`, the **head dimension**: numbers of a query, key or value in *one* head,
  // - `d_out`: numbers of all heads together, `num_heads` times `head_dim`.
  //
  // This chapter follows two sections of the notebook:
  //
  // - 3.6.1, *Stacking multiple single-head attention layers*,
  // - 3.6.2, *Implementing multi-head attention with weight splits*.

  page.section("Heads side by side",
               "Notebook 3.6.1. Each head is a CausalAttention with weights of its own.");

  // The notebook's first version keeps a list of heads, and puts what they return side by side. It
  // calls the width of one head `d_out` here; this chapter calls it `head_dim`.
  //
  // @code MultiHeadAttentionWrapper::steps src/multi_head_attention.cpp
  //
  // @code join_context_vecs src/multi_head_attention.cpp
  //
  // @code join_heads src/multi_head_attention.cpp
  //
  page.label_tokens(tokens);
  const std::vector<Matrix> batch{inputs, inputs};
  const std::size_t d_in = inputs.cols();
  const std::size_t head_dim = 2;
  const std::size_t num_heads = 2;
  const std::size_t context_length = inputs.rows();
  Generator generator_wrapper(123);
  const auto wrapper = MultiHeadAttentionWrapper::draw({.d_in = d_in,
                                                        .head_dim = head_dim,
                                                        .context_length = context_length,
                                                        .num_heads = num_heads},
                                                       generator_wrapper);

  // Each head takes the steps of chapter 3. Head 0 even has its weights.
  page.say("The heads differ in their attention weights, here of the first sequence:");

  const std::vector<CausalAttentionSteps> heads_of_wrapper = wrapper.steps(inputs).heads;
  page.show("heads_of_wrapper.attn_weights", {"heads", "queries", "keys"},
            stacked(heads_of_wrapper, &CausalAttentionSteps::attn_weights));

  page.say(
      "Two heads of width 2 make context vectors of width 4. Columns 0 and 1 come from the first "
      "head, columns 2 and 3 from the second:");

  const std::vector<Matrix> context_of_wrapper = wrapper.forward(batch);
  page.show_text("context_of_wrapper.shape", torch_size(context_of_wrapper));
  page.show("context_of_wrapper", {"batch", "tokens", "num_heads * head_dim"}, context_of_wrapper);

  page.section("Splitting one projection",
               "Notebook 3.6.2. What view and transpose do, cell by cell.");

  // Two heads need two query matrices. One matrix of twice the width does the same work in one
  // product, and its result is cut into heads afterwards. The notebook cuts with two calls, `view`
  // and `transpose`. What they do is simple: head $h$ gets the columns from $h \cdot d_h$
  // on, where $d_h$ is `head_dim`:
  //
  // $$\mathrm{head}_h (t, f) = x(t, h \cdot d_h + f)$$
  //
  // @code split_heads src/multi_head_attention.cpp
  //
  page.say(
      "To see where each cell goes, here is a matrix whose cells hold their own flat index, that "
      "is, "
      "their position in memory.");
  // It has 3 tokens and a width of 4:
  Matrix flat_indices(3, 4);
  for (std::size_t token = 0; token < flat_indices.rows(); ++token) {
    for (std::size_t feature = 0; feature < flat_indices.cols(); ++feature) {
      const std::size_t index = token * flat_indices.cols() + feature;
      flat_indices(token, feature) = static_cast<float>(index);
    }
  }
  page.label_tokens({"token 0", "token 1", "token 2"});
  page.show_computed("flat_indices", {"tokens", "d_out"}, flat_indices);

  page.say(
      "PyTorch's `view` reads the same memory with one more axis: each token is cut into heads. "
      "The "
      "cells stay where they are.");

  page.label("heads", {"head 0", "head 1"});
  page.show_computed("view(3, 2, 2)", {"tokens", "heads", "head_dim"},
                     Tensor({3, 2, 2}, Tensor(flat_indices).values));

  page.say("PyTorch's `transpose` puts the heads in front of the tokens.");
  // In PyTorch the cells still stay where they are, and each head is scattered over the memory:
  // cells 0 and 1, then 4 and 5. `split_heads` makes a matrix of each:
  const std::vector<Matrix> right_heads = split_heads(flat_indices, 2);
  page.show_computed("right_heads", {"heads", "tokens", "head_dim"}, right_heads);

  // It is tempting to read the memory as (heads, tokens, head_dim) at once.
  page.say(
      "With the heads in front at once, the shape is right, and the cells are the wrong ones, "
      "handed "
      "out in the order of memory:");

  const std::vector<Matrix> wrong_heads{Matrix(3, 2, {0, 1, 2, 3, 4, 5}),
                                        Matrix(3, 2, {6, 7, 8, 9, 10, 11})};
  page.label("right and wrong", {"right", "right", "wrong", "wrong"});
  page.show_computed("right_heads beside wrong_heads", {"heads", "tokens", "right and wrong"},
                     std::vector<Matrix>{join_heads({right_heads[0], wrong_heads[0]}),
                                         join_heads({right_heads[1], wrong_heads[1]})});

  // The wrong head 0 holds all of the first token and half of the second, cut up into tokens that
  // never were. Nothing fails: the numbers are merely wrong.
  //
  page.say("The way back, from heads to one matrix, is `join_heads`.");
  // The notebook needs three calls: `transpose` brings the tokens to the front again, `contiguous`
  // copies the scattered cells into that order, and `view`, which would refuse scattered cells,
  // drops the axis of the heads:
  page.show_computed("join_heads(right_heads)", {"tokens", "d_out"}, join_heads(right_heads));

  page.section("A product for each head",
               "Notebook 3.6.2. The batched product of the notebook's example.");

  // With the heads in front, the scores are a product for each head: its queries against its own
  // keys. The notebook shows it on one batch of two heads, three tokens and a `head_dim` of 4.
  const std::vector<Matrix> a{{{0.2745, 0.6584, 0.2775, 0.8573},
                               {0.8993, 0.0390, 0.9268, 0.7388},
                               {0.7179, 0.7058, 0.9156, 0.4340}},
                              {{0.0772, 0.3565, 0.1479, 0.5331},
                               {0.4066, 0.2318, 0.4545, 0.9737},
                               {0.4606, 0.5159, 0.4220, 0.5786}}};
  page.show("a", {"batch", "heads", "tokens", "head_dim"}, std::vector<std::vector<Matrix>>{a});

  page.say("Each head is multiplied by its own transpose:");

  std::vector<Matrix> a_times_a_transposed;
  for (const Matrix& head : a) {
    a_times_a_transposed.push_back(matmul(head, transpose(head)));
  }
  page.show("a_times_a_transposed", {"batch", "heads", "queries", "keys"},
            std::vector<std::vector<Matrix>>{a_times_a_transposed});

  page.section("Multi-head attention",
               "Notebook 3.6.2. One projection, split, attended, joined, projected.");

  // The second version projects once, splits, lets each head attend, joins the heads, and passes
  // the result through one more linear layer, the **output projection**, in which the heads can
  // mix:
  //
  // $$Z = [Z_1 \; Z_2 \; \dots] W_o^\top + b_o$$
  //
  // $Z_1$ and $Z_2$ are the context vectors of the heads, and the brackets put them side by side.
  //
  // @code steps_of_sequence src/multi_head_attention.cpp
  //
  // @code MultiHeadAttention::steps src/multi_head_attention.cpp
  //
  // `d_out` is the width of all heads together now. With two heads and a `d_out` of 2, each head is
  // one column wide.
  page.say("The weights are drawn in the order query, key, value, output projection:");

  page.label_tokens(tokens);
  const std::size_t d_out = 2;
  Generator generator_mha(123);
  const auto mha = MultiHeadAttention::draw(
      {
          .d_in = d_in,
          .d_out = d_out,
          .context_length = context_length,
          .num_heads = num_heads,
      },
      generator_mha);
  page.show("mha.W_query.weight", {"d_out", "d_in"}, mha.W_query.weight);
  page.show("mha.W_key.weight", {"d_out", "d_in"}, mha.W_key.weight);
  page.show("mha.W_value.weight", {"d_out", "d_in"}, mha.W_value.weight);
  page.show("mha.out_proj.weight", {"d_out", "d_out"}, mha.out_proj.weight);
  page.show("mha.out_proj.bias", {"d_out"}, mha.out_proj.bias);

  page.say("The projections of the first sequence are two columns wide, one for each head:");

  const MultiHeadAttentionSteps steps = mha.steps(batch)[0];
  page.show("steps.queries", {"tokens", "d_out"}, steps.queries);
  page.show("steps.keys", {"tokens", "d_out"}, steps.keys);
  page.show("steps.values", {"tokens", "d_out"}, steps.values);

  page.say(
      "Each head gets one column of the projections, and has a triangle of weights of its own.");
  // Its scores are scaled by the root of its own `head_dim`, which is one here. With columns that
  // narrow, dealing them out in turns (column 0 to head 0, column 1 to head 1, column 2 to head 0)
  // gives the same heads. The documented values cannot tell that mistake;
  // [tests](../tests/reference) with wider heads do:
  page.show("steps.heads.queries", {"heads", "tokens", "head_dim"},
            stacked(steps.heads, &CausalAttentionSteps::queries));
  page.show("steps.heads.keys", {"heads", "tokens", "head_dim"},
            stacked(steps.heads, &CausalAttentionSteps::keys));
  page.show("steps.heads.values", {"heads", "tokens", "head_dim"},
            stacked(steps.heads, &CausalAttentionSteps::values));

  page.say("Queries times keys, within each head:");
  // PyTorch prints exponents where the largest magnitude is more than 1000 times the smallest, as
  // 3.0793e-01 and 1.1804e-04 are here, and not where the mask has hidden the small ones:
  page.show("steps.heads.attn_scores", {"heads", "queries", "keys"},
            stacked(steps.heads, &CausalAttentionSteps::attn_scores));
  page.show("steps.heads.masked_scores", {"heads", "queries", "keys"},
            stacked(steps.heads, &CausalAttentionSteps::masked_scores));
  page.show("steps.heads.scaled_scores", {"heads", "queries", "keys"},
            stacked(steps.heads, &CausalAttentionSteps::scaled_scores));
  page.show("steps.heads.attn_weights", {"heads", "queries", "keys"},
            stacked(steps.heads, &CausalAttentionSteps::attn_weights));
  page.show("steps.heads.dropped_weights", {"heads", "queries", "keys"},
            stacked(steps.heads, &CausalAttentionSteps::dropped_weights),
            "steps.heads.attn_weights");

  page.say("Weights times values, within each head:");

  page.show("steps.heads.context_vecs", {"heads", "tokens", "head_dim"},
            stacked(steps.heads, &CausalAttentionSteps::context_vecs));

  page.say("The context vectors of the heads, side by side:");

  page.show("steps.joined", {"tokens", "d_out"}, steps.joined);

  page.say("Nobody has trained these heads. Their weights differ, but not by much:");

  float largest_difference = 0;
  for (std::size_t query = 0; query < inputs.rows(); ++query) {
    for (std::size_t key = 0; key <= query; ++key) {
      const float difference =
          steps.heads[0].attn_weights(query, key) - steps.heads[1].attn_weights(query, key);
      largest_difference = std::max(largest_difference, std::abs(difference));
    }
  }
  page.show_computed("largest_difference", {}, largest_difference);
  page.heat_map("attn_weights_head_0", {"queries", "keys"}, steps.heads[0].attn_weights,
                "Attention weights of head 0", {.is_masked = true});
  page.heat_map("attn_weights_head_1", {"queries", "keys"}, steps.heads[1].attn_weights,
                "Attention weights of head 1", {.is_masked = true});

  // [Chapter 7](7_learning.md#what-the-heads-have-learned) trains two heads that come to look at
  // different things. [The page](attention.html#multi-head/joined/starts/1) (open it from a
  // clone) has all heads beside each other.
  //
  // With a dropout of 0, the dropped weights are the weights.
  page.say("The output projection turns the joined vectors into the result:");

  const std::vector<Matrix> context_vecs = mha.forward(batch);
  page.show_text("context_vecs.shape", torch_size(context_vecs));
  page.show("context_vecs", {"batch", "tokens", "d_out"}, context_vecs);

  page.say(
      "`d_out` has to be a multiple of `num_heads`, otherwise some columns would belong to no "
      "head:");

  page.show_refusal("d_out of 10, 7 heads", [&] {
    MultiHeadAttention::draw({.d_in = d_in, .d_out = 10, .context_length = 6, .num_heads = 7},
                             generator_mha);
  });

  page.section("Both versions agree", "Given the same weights, splitting is the same as stacking.");

  // The wide query matrix is the narrow ones on top of each other: its first `head_dim` rows belong
  // to the first head.
  page.say(
      "The weights of the heads side by side, stacked, make the same context vectors, before the "
      "output projection:");

  Matrix W_query(num_heads * head_dim, d_in), W_key = W_query, W_value = W_query;
  for (std::size_t head = 0; head < num_heads; ++head) {
    for (std::size_t feature = 0; feature < head_dim; ++feature) {
      const std::size_t row = head * head_dim + feature;
      for (std::size_t in = 0; in < d_in; ++in) {
        W_query(row, in) = wrapper.heads[head].W_query.weight(feature, in);
        W_key(row, in) = wrapper.heads[head].W_key.weight(feature, in);
        W_value(row, in) = wrapper.heads[head].W_value.weight(feature, in);
      }
    }
  }
  const MultiHeadAttention wide{.context_length = context_length,
                                .num_heads = num_heads,
                                .W_query = {W_query},
                                .W_key = {W_key},
                                .W_value = {W_value},
                                .out_proj = {Matrix(d_out, num_heads * head_dim)}};
  const std::vector<MultiHeadAttentionSteps> wide_steps = wide.steps(batch);
  page.show("wide_steps.joined", {"batch", "tokens", "d_out"},
            stacked(wide_steps, &MultiHeadAttentionSteps::joined), "context_of_wrapper");

  page.section("Exercise 3.2", "Notebook 3.6.1. The wrapper with one column for each head.");

  // *The exercise:* call the wrapper so that its context vectors are two numbers wide, not four,
  // and keep `num_heads` = 2.
  //
  page.say("To get context vectors of width 2 from two heads, each head must be one wide:");

  const std::size_t narrow_head_dim = 1;
  Generator generator_narrow(123);
  const auto narrow = MultiHeadAttentionWrapper::draw({.d_in = d_in,
                                                       .head_dim = narrow_head_dim,
                                                       .context_length = context_length,
                                                       .num_heads = num_heads},
                                                      generator_narrow);
  const std::vector<Matrix> exercise_3_2 = narrow.forward(batch);
  page.show_text("exercise_3_2.shape", torch_size(exercise_3_2));
  page.show("exercise_3_2", {"batch", "tokens", "num_heads * head_dim"}, exercise_3_2);

  page.section("Exercise 3.3", "Notebook 3.6.2. The size of the smallest GPT-2.");

  // *The exercise:* build a `MultiHeadAttention` of the size of the smallest GPT-2. That has 12
  // heads, embeddings of 768 numbers, for `d_out` too, and a context length of 1024.
  //
  page.say(
      "Its attention learns four matrices of 768 x 768, and the bias of the output projection:");

  Generator generator_gpt2(123);
  const auto gpt2 = MultiHeadAttention::draw(
      {.d_in = 768, .d_out = 768, .context_length = 1024, .num_heads = 12}, generator_gpt2);
  page.show_text("gpt2.num_parameters()", std::to_string(gpt2.num_parameters()));
  page.note("gpt2.head_dim()", std::to_string(gpt2.head_dim()));

  page.section("What stands around it",
               "From a text to the next token, and where attention stands.");

  // All of this chapter is one box of a model. These are its steps, and the shapes of the six
  // tokens:
  page.flow("flow", "From inputs to context vectors",
            {{"inputs", "6 x 3: tokens x d_in"},
             {"W_query, W_key, W_value", "6 x 2 each: tokens x d_out"},
             {"split_heads", "2 heads, 6 x 1 each: tokens x head_dim"},
             {"attn_scores, masked, scaled", "2 heads, 6 x 6 each: queries x keys"},
             {"softmax, dropout", "2 heads, 6 x 6 each: queries x keys"},
             {"times the values", "2 heads, 6 x 1 each: tokens x head_dim"},
             {"join_heads", "6 x 2: tokens x d_out"},
             {"out_proj", "6 x 2: context vectors"}});

  // And this is where it stands in a model such as GPT-2, the one of exercise 3.3. Its vocabulary
  // has 50257 tokens, and T of them are read:
  page.flow("model", "The smallest GPT-2, text to next token",
            {{"text", "\"your journey starts\""},
             {"numbers of its tokens", "T"},
             {"token + position embedding", "T x 768"},
             {"normalise, multi-head attention, add", "T x 768", true, "twelve times"},
             {"normalise, feed forward, add", "T x 768", false, "twelve times"},
             {"normalise, linear layer", "T x 50257: scores"},
             {"softmax of the last row", "50257 probabilities"}});

  // An embedding is a row of a table, which training fills like any weight matrix: one row per
  // token of the vocabulary, and one per position. Then attention and *feed forward* take turns,
  // twelve times. Feed forward is a small network of two linear layers, which looks at each token
  // alone. *Add* puts the result of either on top of what went in, and *normalise* gives each
  // vector the same mean and variance before. In the end, a linear layer makes of each row a score
  // for each token of the vocabulary, and softmax makes probabilities of the scores of the last
  // row. The most probable token, or one that is drawn, is the next.

  page.section("Corrections",
               "Published values that cannot be right, or that depend on the machine, each with a "
               "proof.");

  // ### Exercise 3.2 as published
  //
  // The published tensor begins with -9.1476e-02 and holds -1.4744. No seed can give that without
  // dropout. Attention weights are not negative and sum to one, so no entry of a context vector is
  // larger in magnitude than the largest entry of the values. A value is a sum of products
  // $x_j W_j$, with weights of at most $1/\sqrt{3}$ in magnitude, which is PyTorch's bound for a
  // `d_in` of 3:
  //
  // $$\lvert v \rvert \le \frac{1}{\sqrt{3}} \sum_j \lvert x_j \rvert$$
  //
  page.say(
      "The published tensor of exercise 3.2 cannot be: an entry of it is larger in magnitude than "
      "this bound for the values of the six tokens.");

  float largest_bound = 0;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    float sum_of_magnitudes = 0;
    for (const float x : inputs.row(token)) sum_of_magnitudes += std::abs(x);
    largest_bound = std::max(largest_bound, sum_of_magnitudes / std::sqrt(3.0F));
  }
  page.show_computed("largest_bound", {}, largest_bound);
  const float most_negative_published_entry = -1.4744F;
  page.show("most_negative_published_entry", {}, most_negative_published_entry);

  // The values above are those that PyTorch computes.
  //
  // ### Dropout masks
  //
  // They depend on the version of PyTorch.
  // [Chapter 3](3_causal_attention.md#which-mask-your-pytorch-prints) shows both masks of the
  // notebook's seed, and explains them.
  //
  // ### 1. against 1.0000
  //
  // A sum of weights is one up to rounding, and the order of the additions decides the last bit
  // ([chapter 1](1_simplified_self_attention.md#two-sums) explains it).
  page.say("The naive weights of \"journey\", added from left to right and in PyTorch's order:");

  const Matrix attn_scores = matmul(inputs, transpose(inputs));
  float from_left_to_right = 0;
  const std::vector<float> naive_weights = softmax_naive(attn_scores.row(1));
  for (const float weight : naive_weights) from_left_to_right += weight;
  page.show_computed("from_left_to_right", {}, from_left_to_right);
  page.show_computed("sum(naive_weights)", {}, sum(naive_weights));

  // ### Causality has a hole
  //
  // A masked weight is zero, and zero times a number is zero, unless that number is not finite:
  // $0 \cdot \infty$ is NaN.
  page.say(
      "Zero times NaN is NaN: one bad value at the last position reaches every earlier row, in "
      "PyTorch as here:");

  Matrix with_nan = inputs;
  with_nan(5, 0) = std::numeric_limits<float>::quiet_NaN();
  page.show_computed("wrapper.forward(with_nan)", {"tokens", "num_heads * head_dim"},
                     wrapper.forward(with_nan));

  page.say(
      "The attention weights of the earlier rows are fine. It is their product with the last value "
      "that is not:");

  page.show_computed("wrapper.steps(with_nan).heads[0].attn_weights", {"queries", "keys"},
                     wrapper.steps(with_nan).heads[0].attn_weights);

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Counting parameters](../tests/exercises/4_parameters.cpp): What exercise 3.3 counts, for
  //   models whose heads share keys and values. Small, and easily wrong. Check with
  //   `meson compile -C build exercise_4_parameters`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
