#include <longhand/matrix.hpp>
#include <longhand/simplified_self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <vector>

#include "page.hpp"

using namespace longhand;

void walkthrough::chapter_1(Page& page) {
  page.follow("simplified_self_attention");
  page.title(
      "1 Simplified self-attention",
      "Each token takes from every token a share that grows with the dot product of the two. "
      "Nothing is trained yet: this is the bare mechanism.");

  // ![How each query shares its attention](figures/1_attn_weights.svg)
  //
  // This picture is where the chapter ends. Each row is one word of a sentence, and says how much of
  // each word goes into what becomes of it.
  //
  // A language model reads a text **token** by token, here the six words of "your journey starts
  // with one step". Each token becomes a vector, its **embedding**: a point in space. Real models
  // use hundreds of dimensions. Three are enough to follow every number by hand.
  //
  // An embedding knows its own word and nothing of the others. **Self-attention** replaces it by a
  // **context vector**: a mixture of all embeddings in the sentence, each taken with its own share.
  // The share is the **attention weight**. This chapter computes the weights, first for one token,
  // then for all.
  //
  // The chapters follow a notebook step by step: chapter 3 of Sebastian Raschka's *Build a Large
  // Language Model (From Scratch)* (Manning, 2024), in its published
  // [code](https://github.com/rasbt/LLMs-from-scratch), written with the library PyTorch. A
  // section that follows one of the notebook's names it. They all begin with a 3, and so do the
  // numbers of the exercises, for the book's third chapter. This chapter follows two:
  //
  // - 3.3.1, *A simple self-attention mechanism without trainable weights*,
  // - 3.3.2, *Computing attention weights for all input tokens*.

  page.section("The input",
               "Notebook 3.3.1. Six tokens, each embedded in three dimensions: one row per token.");

  // `d_in` is the **input dimension**: how many numbers a token enters with. All rows together,
  // `inputs`, are the matrix $X$ in formulas. $x^{(i)}$ is token number $i$, counted from one in
  // formulas and from zero in code, so $x^{(2)}$, "journey", is row 1.
  const Matrix inputs{
      {0.43, 0.15, 0.89},  // your     x(1)
      {0.55, 0.87, 0.66},  // journey  x(2)
      {0.57, 0.85, 0.64},  // starts   x(3)
      {0.22, 0.58, 0.33},  // with     x(4)
      {0.77, 0.25, 0.10},  // one      x(5)
      {0.05, 0.80, 0.55},  // step     x(6)
  };
  page.label_tokens({"your", "journey", "starts", "with", "one", "step"});
  page.show("inputs", {"tokens", "d_in"}, inputs);

  // Longhand keeps the notebook's names; where this chapter says `attn_scores_2`, an early form of
  // the notebook says `attn_scores_for_2`.
  //
  // A **tensor** is a number, a vector, a matrix, or a stack of matrices. Under each step stand the
  // computed tensor, with the names and lengths of its axes, and the one that the notebook
  // documents. *As documented* means two things. Every printed character agrees, and every number
  // lies within the stated bound of the number that PyTorch computed. Steps that the notebook does not
  // print are compared with the numbers of PyTorch alone, which are printed only where they differ.

  page.section(
      "Step 1: attention scores",
      "Notebook 3.3.1. The dot product of the query with each token: how well do the two agree?");

  // How much should "journey" attend to each token? The token that asks is the **query**; each token
  // that is asked is a **key**. The query's **attention score** for token $i$ is their dot product,
  // which is large where both vectors point the same way:
  //
  // $$\omega_{2i} = q \cdot x^{(i)} \qquad q = x^{(2)}$$
  const auto query = inputs.row(1);
  std::vector<float> attn_scores_2(inputs.rows());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    attn_scores_2[token] = dot(inputs.row(token), query);
  }
  page.show("attn_scores_2", {"tokens"}, attn_scores_2);

  // "journey" scores highest with itself, and nearly as high with "starts": the two embeddings are
  // almost the same. "one" points elsewhere and scores least.
  //
  // A **dot product** multiplies the vectors element by element and adds the products up:
  //
  // $$\mathrm{dot}(a, b) = \sum_j a_j b_j$$
  //
  // @code dot src/vector.cpp
  //
  // A span is a view of numbers that lie elsewhere, here of a row. `require` throws the sentence
  // that follows it unless its condition holds.
  page.say("Written out for the first token, the score is three products and their sum:");

  float sum_of_products = 0;
  for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
    sum_of_products += inputs(0, feature) * query[feature];
  }
  page.show("sum_of_products", {}, sum_of_products);

  page.section(
      "Step 2: attention weights",
      "Notebook 3.3.1. Scores become shares: none is negative, and together they make one.");

  page.say("The plainest way is to divide each score by the sum of all:");

  // $$\alpha_{2i} = \frac{\omega_{2i}}{\sum_j \omega_{2j}}$$
  const float total = sum(attn_scores_2);
  std::vector<float> attn_weights_2_tmp(attn_scores_2);
  for (float& weight : attn_weights_2_tmp) {
    weight /= total;
  }
  page.show("attn_weights_2_tmp", {"tokens"}, attn_weights_2_tmp);
  page.show("sum(attn_weights_2_tmp)", {}, sum(attn_weights_2_tmp));

  // This fails where scores are negative, which dot products may be: a share would be negative, or
  // the sum zero. **Softmax** has neither problem.
  page.say(
      "Softmax makes every score positive first, by the exponential function, and then divides by "
      "the sum.");
  // Differences of scores become ratios of weights: a score that is larger by one gets $e$ times the
  // weight, wherever on the scale the two stand.
  //
  // $$\alpha_{2i} = \frac{e^{\omega_{2i}}}{\sum_j e^{\omega_{2j}}}$$
  //
  // @code softmax_naive src/softmax.cpp
  //
  const std::vector<float> attn_weights_2_naive = softmax_naive(attn_scores_2);
  page.show("attn_weights_2_naive", {"tokens"}, attn_weights_2_naive);
  page.show("sum(attn_weights_2_naive)", {}, sum(attn_weights_2_naive));

  // That is the formula as it stands, and a trap. A `float`, with 32 bits, ends near
  // $3.4 \cdot 10^{38}$.
  page.say(
      "From 89 on, the exponential of a score is infinite for a float, and infinity divided by "
      "infinity is not a number:");

  const std::vector<float> large_scores{0, 1000, 1001};
  page.show("softmax_naive(large_scores)", {"scores"}, softmax_naive(large_scores));

  // The way out costs one subtraction. Softmax depends on the differences of the scores alone, for
  // a common shift $c$ cancels: $e^{\omega_i - c} / \sum_j e^{\omega_j - c}$ has the factor
  // $e^{-c}$ above and below.
  page.say("With the largest score subtracted from all, no exponential exceeds 1:");

  //
  // @code softmax src/softmax.cpp
  //
  page.show("softmax(large_scores)", {"scores"}, softmax(large_scores));

  page.say(
      "This is the softmax that everybody uses. On the small scores of \"journey\" it gives the "
      "same weights, but for the last digits:");

  const std::vector<float> attn_weights_2_softmax = softmax(attn_scores_2);
  page.show("attn_weights_2_softmax", {"tokens"}, attn_weights_2_softmax);
  page.show("sum(attn_weights_2_softmax)", {}, sum(attn_weights_2_softmax));

  page.section("Two sums", "Why one sum prints as 1.0000 and another as 1.");

  // PyTorch prints a tensor without decimals where all its numbers are whole. So a lone "1.0000" is
  // not one: it is a float next to one.
  page.say(
      "The first weights, those divided by their sum, make a float next to one: each was rounded "
      "when it was divided, and the roundings do not cancel.");

  page.show_exact("sum(attn_weights_2_tmp), to the last digit", {}, sum(attn_weights_2_tmp));

  page.say(
      "Each addition rounds too, so the order of the additions counts. From left to right, these "
      "weights and the naive ones both end above one:");

  float total_of_tmp = 0, total_of_naive = 0;
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    total_of_tmp += attn_weights_2_tmp[token];
    total_of_naive += attn_weights_2_naive[token];
  }
  page.show_exact("total_of_tmp", {}, total_of_tmp);
  page.show_exact("total_of_naive", {}, total_of_naive);

  page.say(
      "PyTorch adds a short row in four running totals. The naive weights then meet one; the first "
      "ones still end above it.");
  // Additions that need not wait for each other run faster. `sum` keeps PyTorch's order, to print
  // what the notebook prints:
  //
  // @code sum src/vector.cpp
  //
  page.show_exact("sum(attn_weights_2_naive), to the last digit", {}, sum(attn_weights_2_naive));

  // Neither order is wrong. A comparison of floats must allow for the last digits, and a program
  // must not ask whether weights sum to exactly one.

  page.section("Step 3: the context vector",
               "Notebook 3.3.1. The sum of all tokens, each multiplied by its attention weight.");

  // The context vector of the query is the weighted sum of the inputs:
  //
  // $$z^{(2)} = \sum_i \alpha_{2i} x^{(i)}$$
  //
  page.say("First the terms of that sum. Each token shrinks to its share:");

  Matrix weighted_inputs(inputs.rows(), inputs.cols());
  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
      const float weight = attn_weights_2_softmax[token];
      weighted_inputs(token, feature) = weight * inputs(token, feature);
    }
  }
  page.show("weighted_inputs", {"tokens", "d_in"}, weighted_inputs);

  page.say(
      "The notebook works the same table out by hand, with weights of four decimals. Its numbers "
      "are the same, within half a unit of their last digit:");

  page.show("weighted_inputs, by hand", {"tokens", "d_in"}, weighted_inputs,
            "weighted_inputs_by_hand");

  page.say("The sum has the shape of the query, three numbers:");

  std::vector<float> context_vec_2(query.size());
  page.show_text("query.shape", torch_size(query));

  page.say("Column by column, the weighted tokens add up to the context vector:");

  for (std::size_t token = 0; token < inputs.rows(); ++token) {
    for (std::size_t feature = 0; feature < inputs.cols(); ++feature) {
      context_vec_2[feature] += weighted_inputs(token, feature);
    }
  }
  page.show("context_vec_2", {"d_in"}, context_vec_2);
  page.show("context_vec_2, by hand", {"d_in"}, context_vec_2, "context_vec_2_by_hand");

  page.section("All queries",
               "Notebook 3.3.2. Every token becomes the query once: vectors become matrices.");

  // Nothing about "journey" was special.
  page.say(
      "A second loop lets every token ask. Row `query`, column `key` holds the score of one pair:");

  Matrix attn_scores(inputs.rows(), inputs.rows());
  for (std::size_t query = 0; query < inputs.rows(); ++query) {
    for (std::size_t key = 0; key < inputs.rows(); ++key) {
      attn_scores(query, key) = dot(inputs.row(query), inputs.row(key));
    }
  }
  page.show("attn_scores", {"queries", "keys"}, attn_scores);
  page.heat_map(
      "attn_scores", {"queries", "keys"}, attn_scores,
      "Attention scores, and one of them worked out",
      {.marked = {{1, 2}},
       .notes = {"\"journey\" against \"starts\":", written_sum(inputs.row(1), inputs.row(2))}});

  // The matrix is symmetric, for $a \cdot b = b \cdot a$. On its diagonal stands the squared length
  // of each token.
  //
  // A **matrix product** takes every row of its left matrix against every *column* of its right:
  //
  // $$(A B)_{ij} = \sum_k A_{ik} B_{kj}$$
  //
  // @code matmul src/matrix.cpp
  //
  // The scores take rows against *rows*. The **transpose** of the right matrix has its rows as
  // columns:
  //
  // $$(A^\top)_{ji} = A_{ij}$$
  //
  // @code transpose src/matrix.cpp
  //
  page.say("So all scores are one product, the inputs times their transpose:");

  // $$X X^\top$$
  const Matrix attn_scores_by_matmul = matmul(inputs, transpose(inputs));
  page.show("attn_scores_by_matmul", {"queries", "keys"}, attn_scores_by_matmul, "attn_scores");

  page.say(
      "Softmax goes over each row: the weights with which one query looks at all keys sum to one.");

  // @code softmax_rows src/softmax.cpp
  //
  const Matrix attn_weights = softmax_rows(attn_scores);
  page.show("attn_weights", {"queries", "keys"}, attn_weights);
  page.heat_map("attn_weights", {"queries", "keys"}, attn_weights,
                "How each query shares its attention");

  // They are the picture at the head of this chapter. Read it row by row. Five of the six queries
  // give most to "journey" or "starts"; "your" keeps most for itself. "journey" and "starts" are
  // the longest vectors, and without trained weights a long vector scores high with nearly
  // everybody.
  //
  // Open `docs/attention.html` in a browser, and every number says where it comes from, such as
  // [the weight of "journey" for "starts"](attention.html#nothing-trained/attn_weights/journey/starts).
  //
  page.say("The sum of each row is one, up to rounding, since softmax went over rows.");
  // The columns do not sum to one: "journey" gets more attention than it gives.
  std::vector<float> row_sums(attn_weights.rows());
  for (std::size_t query = 0; query < attn_weights.rows(); ++query) {
    row_sums[query] = sum(attn_weights.row(query));
  }
  page.show("row_sums", {"queries"}, row_sums);
  page.show_exact("row_sums, to the last digit", {"queries"}, row_sums);

  // Some of these sums are exactly one. Alone they would print as "1."; the others make the whole
  // tensor print with decimals.

  page.say(
      "The last step is a matrix product again. Each row of the result is the sum of all tokens, "
      "weighted by that row of the attention weights.");
  // With the weights $\alpha_{ij}$ as the matrix $A$:
  //
  // $$Z = A X$$
  const Matrix all_context_vecs = matmul(attn_weights, inputs);
  page.show("all_context_vecs", {"tokens", "d_in"}, all_context_vecs);

  page.say("Row 1 is the context vector of \"journey\", found again:");

  page.show("all_context_vecs.row(1)", {"d_in"}, all_context_vecs.row(1), "context_vec_2");

  page.section("In one function", "The three steps are three lines.");

  // The library has them as one function, which returns all three matrices:
  //
  // @code simplified_self_attention src/simplified_self_attention.cpp
  //
  const SimplifiedSelfAttentionSteps steps = simplified_self_attention(inputs);
  page.show("steps.context_vecs", {"tokens", "d_in"}, steps.context_vecs, "all_context_vecs");

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Temperature](../tests/exercises/1_temperature.cpp): A **temperature** divides the scores
  //   before softmax. Below 1 it sharpens the weights, above 1 it levels them; models use it when
  //   they write text. Check with `meson compile -C build exercise_1_temperature`
  // - [Cosine similarity](../tests/exercises/1_cosine_similarity.cpp): In this chapter long vectors
  //   score high with nearly everybody. Scores that know the direction of a vector alone do not.
  //   Check with `meson compile -C build exercise_1_cosine_similarity`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
