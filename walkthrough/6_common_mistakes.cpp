#include <cmath>
#include <longhand/causal_attention.hpp>
#include <longhand/dropout.hpp>
#include <longhand/generator.hpp>
#include <longhand/gradients.hpp>
#include <longhand/matrix.hpp>
#include <longhand/multi_head_attention.hpp>
#include <longhand/self_attention.hpp>
#include <longhand/simplified_self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <vector>

#include "inputs.hpp"
#include "mistakes.hpp"
#include "page.hpp"
#include "recall.hpp"

using namespace longhand;

void walkthrough::chapter_6(Page& page) {
  page.title(
      "6 Common mistakes",
      "Seventeen errors that people really make, in the order of the chapters: what each looks "
      "like, what it moves, how to notice it.");

  // None of them crashes where the shapes happen to fit. The numbers look like attention, a model
  // may even learn with them, and they are wrong. So each section puts wrong code beside right
  // code, and then asks three things:
  //
  // - *What moves?* The values that the mistake makes stand next to the notebook's or PyTorch's. A
  //   star marks those that differ by at least half a unit of the last printed digit, unless all
  //   do. Shown are the values where the mistake is made; what is computed from them moves as well.
  // - *How to notice it?* By a law that right code keeps on any numbers, and the mistake breaks.
  // - *Where does it hide?* On these inputs right and wrong agree, and a test sees nothing.
  //
  // The wrong functions are in
  // [`walkthrough/loops/mistakes.cpp`](../walkthrough/loops/mistakes.cpp). The line that is wrong
  // says `// wrong`. The laws are [listed at the end](#the-checks). In a browser,
  // [the page](attention.html#mask-too-late/attn_weights_wrong/your/journey) (open it from a clone)
  // has the first twelve beside the right numbers. The other five are made in training: they show
  // in gradients, and [chapter 7](7_learning.md) says what these are.

  page.section("Softmax over the wrong axis",
               "Weights must sum to one over the keys of a query, not over the queries of a key.");

  // PyTorch asks for the axis: `dim=-1` is right, and `dim=0` runs without complaint. Wrong:
  //
  // @code softmax_columns walkthrough/loops/mistakes.cpp
  //
  // Right:
  //
  // @code softmax_rows src/softmax.cpp
  //
  // The weights and context vectors of [chapter 1](1_simplified_self_attention.md) move:
  page.label_tokens(tokens);
  const std::size_t num_tokens = inputs.rows();
  const SimplifiedSelfAttentionSteps simplified = simplified_self_attention(inputs);
  const Matrix column_weights = mistakes::softmax_columns(simplified.attn_scores);
  const Matrix column_context_vecs = matmul(column_weights, inputs);
  page.show_mistake("column_weights", {"queries", "keys"}, column_weights,
                    "simplified_self_attention.attn_weights");
  page.show_mistake("column_context_vecs", {"tokens", "d_in"}, column_context_vecs,
                    "simplified_self_attention.all_context_vecs");
  page.heat_map("columns_wrong", {"queries", "keys"}, column_weights, "Wrong: columns sum to one",
                {.largest = 0.25F});
  page.heat_map("columns_right", {"queries", "keys"}, simplified.attn_weights,
                "Right: rows sum to one", {.largest = 0.25F});

  page.say("*How to notice it.* Sum each row. The sums must be one:");

  std::vector<float> sums_of_rows(num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    sums_of_rows[query] = sum(column_weights.row(query));
  }
  page.show_computed("sums_of_rows", {"queries"}, sums_of_rows);

  // *Where it hides.* In the sum of the whole matrix: it is six with both, one for each token.
  // And in the diagonal here: the scores of chapter 1 are symmetric, so the wrong weights are the
  // right ones, mirrored. Scores of queries against keys are not symmetric.

  page.section("No scaling", "Scores go into softmax as they are, not over the root of d_k.");

  // Wrong:
  //
  // @code attn_weights_unscaled walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see self_attention src/self_attention.cpp
  //
  // The weights of "journey" and all context vectors of [chapter 2](2_self_attention.md) move. Keys
  // are two numbers long there, so that $d_k$ is 2.
  page.say("Without scaling, large weights become too large:");

  const std::size_t d_in = inputs.cols();
  const std::size_t d_out = 2;
  Generator generator_v1(123);
  const SelfAttentionSteps v1 =
      SelfAttentionV1::draw({.d_in = d_in, .d_out = d_out}, generator_v1).steps(inputs);
  const Matrix unscaled_weights = mistakes::attn_weights_unscaled(v1.queries, v1.keys);
  const auto unscaled_weights_2 = unscaled_weights.row(1);
  const Matrix unscaled_context_vecs = matmul(unscaled_weights, v1.values);
  page.show_mistake("unscaled_weights_2", {"tokens"}, unscaled_weights_2,
                    "self_attention.attn_weights_2");
  page.show_mistake("unscaled_context_vecs", {"tokens", "d_out"}, unscaled_context_vecs,
                    "self_attention.context_vecs_v1");

  page.say(
      "*How to notice it.* Rows sum to one all the same, and the order of the weights stays. But "
      "softmax can be undone: the logarithm of a quotient of two weights brings the scores back.");
  // In the quotient, the sum cancels:
  //
  // $$\ln \frac{\alpha_j}{\alpha_k} \cdot \sqrt{d_k} = \omega_j - \omega_k$$
  //
  // For "journey", and the keys "journey" and "one", here is the difference of the scores, and what
  // it is by the right weights and by the wrong ones:
  const std::size_t journey = 1, one = 4;
  const std::size_t d_k = v1.keys.cols();
  const float root_of_d_k = std::sqrt(static_cast<float>(d_k));
  const auto difference_from = [&](const Matrix& weights) {
    return std::log(weights(journey, journey) / weights(journey, one)) * root_of_d_k;
  };
  const float difference = v1.attn_scores(journey, journey) - v1.attn_scores(journey, one);
  const std::vector<float> differences{difference, difference_from(v1.attn_weights),
                                       difference_from(unscaled_weights)};
  page.label("taken from", {"scores", "right weights", "wrong weights"});
  page.show_computed("differences", {"taken from"}, differences);

  // *Where it hides.* With $d_k = 1$ there is nothing to scale. With short keys, as here, little
  // moves; [chapter 2](2_self_attention.md#why-the-square-root-of-d_k) shows what becomes of
  // softmax with long ones.

  page.section("Dividing by d_k without the root", "Scores become too small, weights too even.");

  // Wrong:
  //
  // @code scale_without_root walkthrough/loops/mistakes.cpp
  //
  // Right:
  //
  // @code scale src/self_attention.cpp
  //
  page.say("The same values move as without scaling, in the other direction:");

  const Matrix even_scores = mistakes::scale_without_root(v1.attn_scores, d_k);
  const Matrix even_weights = softmax_rows(even_scores);
  const auto even_weights_2 = even_weights.row(1);
  const Matrix even_context_vecs = matmul(even_weights, v1.values);
  page.show_mistake("even_weights_2", {"tokens"}, even_weights_2, "self_attention.attn_weights_2");
  page.show_mistake("even_context_vecs", {"tokens", "d_out"}, even_context_vecs,
                    "self_attention.context_vecs_v1");

  page.say("*How to notice it.* By the same law: undo softmax. Rows sum to one here too.");

  const std::vector<float> even_differences{difference, difference_from(v1.attn_weights),
                                            difference_from(even_weights)};
  page.show_computed("even_differences", {"taken from"}, even_differences);

  // *Where it hides.* With $d_k = 1$, which is its own root.

  page.section("Weights not transposed",
               "A linear layer stores its weight as d_out x d_in, and is applied transposed.");

  // Wrong:
  //
  // @code forward_untransposed walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see Linear::forward src/linear.cpp
  //
  page.say("Where `d_in` and `d_out` differ, the product is refused, before any number is wrong:");

  Generator generator_v2(789);
  const auto sa_v2 = SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, generator_v2);
  page.show_refusal("forward_untransposed(sa_v2.W_query, inputs)",
                    [&] { mistakes::forward_untransposed(sa_v2.W_query, inputs); });

  // The output projection of [chapter 4](4_multi_head_attention.md) is square: 2 x 2.
  page.say("Where the weight is square, the mistake runs, and moves every number of the result:");

  const std::vector<Matrix> batch{inputs, inputs};
  const std::size_t num_heads = 2;
  Generator generator_mha(123);
  const auto mha = MultiHeadAttention::draw(
      {.d_in = d_in, .d_out = d_out, .context_length = num_tokens, .num_heads = num_heads},
      generator_mha);
  std::vector<Matrix> untransposed;
  for (const MultiHeadAttentionSteps& steps : mha.steps(batch)) {
    untransposed.push_back(mistakes::forward_untransposed(mha.out_proj, steps.joined));
  }
  page.show_mistake("untransposed", {"batch", "tokens", "d_out"}, untransposed,
                    "multi_head_attention.context_vecs");

  // *How to notice it.* Test with `d_in` and `d_out` that differ. Where a layer must be square,
  // send the unit vectors through it: the first, (1, 0), must come out as the first *column* of the
  // weight, plus the bias.
  //
  // *Where it hides.* In every square layer, as far as shapes go, and wholly where the weight is
  // symmetric, such as the identity. A model that is trained with the mistake learns weights that
  // fit it: only weights that come from elsewhere tell.

  page.section("Masked after softmax, not renormalised",
               "The weights of later tokens are zeroed, and the rest keeps its size.");

  // Wrong:
  //
  // @code mask_weights walkthrough/loops/mistakes.cpp
  //
  // The notebook takes this step too, as `masked_simple`, and does not stop there.
  // Right is either to divide each row by its new sum, as in
  // [chapter 3](3_causal_attention.md#first-way-mask-the-weights), or to mask the scores *before*
  // softmax, which is one line. Keys are two numbers long here, too:
  const SelfAttentionSteps v2 = sa_v2.steps(inputs);
  const Matrix renormalised = softmax_rows(scale(mask_scores(v2.attn_scores), d_k));
  const Matrix not_renormalised = mistakes::mask_weights(v2.attn_weights);
  page.show_mistake("not_renormalised", {"queries", "keys"}, not_renormalised,
                    "causal_attention.attn_weights_causal");
  page.heat_map("not_renormalised_wrong", {"queries", "keys"}, not_renormalised,
                "Wrong: rows do not sum to one", {.largest = 1, .is_masked = true});
  page.heat_map("not_renormalised_right", {"queries", "keys"}, renormalised,
                "Right: rows sum to one", {.largest = 1, .is_masked = true});

  page.say(
      "*How to notice it.* The zeros are in the right places, but the rows sum to less than one:");

  for (std::size_t query = 0; query < num_tokens; ++query) {
    sums_of_rows[query] = sum(not_renormalised.row(query));
  }
  page.show_computed("sums_of_rows", {"queries"}, sums_of_rows);

  page.say(
      "Softmax has divided by a sum over *all* keys, so a later token changes earlier rows: here "
      "the last token is replaced by another.");
  // Causality is lost, in spite of all the zeros. This is the weight that "your" gives to itself,
  // before and after the last token, "step", is replaced by a second "your":
  Matrix other_inputs = inputs;
  for (std::size_t in = 0; in < d_in; ++in) other_inputs(5, in) = inputs(0, in);
  const Matrix not_masked = sa_v2.steps(other_inputs).attn_weights;
  const Matrix other_weights = mistakes::mask_weights(not_masked);
  const std::vector<float> weights_of_your{not_renormalised(0, 0), other_weights(0, 0)};
  page.label("last token", {"step", "your"});
  page.show_computed("weights_of_your", {"last token"}, weights_of_your);

  // *Where it hides.* In the last row, which sees everything and is right. Whoever looks at the
  // output for the last token alone, as one does when a model writes, sees nothing.

  page.section("Mask one off",
               "One diagonal too late shows the next token; one too early hides "
               "the token itself.");

  // The notebook calls `torch.triu` with `diagonal=1`: it hides what lies one place right of the
  // diagonal and beyond. With 2 or 0 in place of 1, wrong:
  //
  // @code mask_scores_from_diagonal walkthrough/loops/mistakes.cpp
  //
  // Right:
  //
  // @code mask_scores src/causal_attention.cpp
  //
  page.say(
      "One diagonal too late, each token sees the next, which is the one that a language model has "
      "to predict:");

  const Matrix too_late =
      softmax_rows(scale(mistakes::mask_scores_from_diagonal(v2.attn_scores, 2), d_k));
  page.show_mistake("too_late", {"queries", "keys"}, too_late,
                    "causal_attention.attn_weights_causal");
  page.heat_map("too_late_wrong", {"queries", "keys"}, too_late, "Wrong: each sees the next",
                {.largest = 1, .is_masked = true});
  page.heat_map("too_late_right", {"queries", "keys"}, renormalised, "Right: each sees the past",
                {.largest = 1, .is_masked = true});

  page.say(
      "One too early, no token sees itself, and the first sees nothing: all its scores are minus "
      "infinity. Softmax subtracts the largest, and infinity less infinity is not a number.");
  // PyTorch's own softmax gives NaN too; its `scaled_dot_product_attention` gives such a query a
  // context vector of zeros (2.6):
  const Matrix too_early =
      softmax_rows(scale(mistakes::mask_scores_from_diagonal(v2.attn_scores, 0), d_k));
  page.show_mistake("too_early", {"queries", "keys"}, too_early,
                    "causal_attention.attn_weights_causal");

  // *How to notice it.* The first row must be exactly 1, 0, 0, …: the first token sees itself
  // alone. And replacing a token must not change the rows before it, not by a single bit.
  //
  // *Where it hides.* One too late, all rows sum to one, nothing is NaN, and the last row is
  // right. In training it even looks like success: the model predicts well, since it is shown the
  // answer, and fails as soon as it has to write.

  page.section("-1e9 in place of minus infinity",
               "A large number hides a token only as long as all scores are far above it.");

  // Wrong:
  //
  // @code mask_scores_with_large_number walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see mask_scores src/causal_attention.cpp
  //
  page.say("On the notebook's scores, which are below one, the mistake hides completely:");
  // $e^{-10^9}$ is zero in float32.
  const Matrix weights_of_small_scores =
      softmax_rows(scale(mistakes::mask_scores_with_large_number(v2.attn_scores), d_k));
  page.show("weights_of_small_scores", {"queries", "keys"}, weights_of_small_scores,
            "causal_attention.attn_weights_causal");

  // Softmax weighs differences, so the number must lie far below every score, and -1e9 does not lie
  // below -3e9.
  page.say(
      "Here are the same scores times -1e10, as they may come from weights that have grown without "
      "bounds, hidden with minus infinity:");

  Matrix large_scores = v2.attn_scores;
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (float& score : large_scores.row(query)) score *= -1e10F;
  }
  const Matrix right_weights = softmax_rows(scale(mask_scores(large_scores), d_k));
  page.show_computed("right_weights", {"queries", "keys"}, right_weights);

  page.say(
      "Hidden with -1e9, the first three tokens give everything to later ones, all of it "
      "forbidden:");

  const Matrix wrong_weights =
      softmax_rows(scale(mistakes::mask_scores_with_large_number(large_scores), d_k));
  page.show_computed("wrong_weights", {"queries", "keys"}, wrong_weights);

  // *How to notice it.* Every weight above the diagonal must be exactly zero, on large scores too.
  // The row sums are one, and tell nothing.
  //
  // *Where it hides.* With scores of ordinary size. But the number also silences an error. A
  // query that may see no key at all, such as the first with a mask one diagonal too early, gets
  // NaN from $-\infty$. From -1e9 it gets equal weights for all tokens, later ones included.

  page.say("A score of 0 hides nothing, though it looks like a mask: e to the power of 0 is 1.");

  Matrix zero_scores = v2.attn_scores;
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = query + 1; key < num_tokens; ++key) {
      zero_scores(query, key) = 0;  // wrong
    }
  }
  const Matrix weights_of_zero_scores = softmax_rows(scale(zero_scores, d_k));
  page.show_mistake("weights_of_zero_scores", {"queries", "keys"}, weights_of_zero_scores,
                    "causal_attention.attn_weights_causal");

  page.say(
      "Zeros and ones that are *added* to the scores hide nothing either: a one only makes what a "
      "query "
      "may see e times as large.");

  Matrix added_scores = v2.attn_scores;
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key <= query; ++key) {
      added_scores(query, key) += 1;  // wrong
    }
  }
  const Matrix weights_of_added_scores = softmax_rows(scale(added_scores, d_k));
  page.show_mistake("weights_of_added_scores", {"queries", "keys"}, weights_of_added_scores,
                    "causal_attention.attn_weights_causal");

  // In PyTorch, a mask of truth values means one thing or the other. `masked_fill` and
  // `nn.MultiheadAttention` hide where it is true; `scaled_dot_product_attention` shows there. And
  // its `is_causal=True` counts from the first key: with one query and a cache of many keys, that
  // query sees the first key alone. A single new token may see everything, and needs no mask; a
  // piece of a prompt needs the mask of its last rows,
  // `torch.nn.attention.bias.causal_lower_right`.
  // [Chapter 8](8_one_token_at_a_time.md#a-prompt-and-a-piece) keeps keys and values that way.

  page.section("Dropout without 1 / (1 - p)",
               "Some weights become zero, and the others do not make up for them.");

  // Wrong:
  //
  // @code drop_without_scaling walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see Dropout::factors src/dropout.cpp
  //
  page.say("The zeros are those of the notebook. What is kept is half of what it should be:");

  const double p = 0.5;
  const Matrix ones(num_tokens, num_tokens, 1);
  Generator generator_for_ones(123), generator_for_weights(123);
  const Matrix kept_ones = mistakes::drop_without_scaling(ones, p, generator_for_ones);
  const Matrix kept_weights =
      mistakes::drop_without_scaling(renormalised, p, generator_for_weights);
  page.show_mistake("kept_ones", {"rows", "columns"}, kept_ones,
                    "causal_attention.dropout_of_ones");
  page.show_mistake("kept_weights", {"queries", "keys"}, kept_weights,
                    "causal_attention.dropout_of_attn_weights");

  page.say(
      "*How to notice it.* Dropout must keep the mean of each weight. One pass is too few to tell; "
      "here is the mean of the ones over 1000 passes:");

  Generator generator_right(123), generator_wrong(123);
  Dropout right_dropout(p, Training{generator_right});
  float right_total = 0, wrong_total = 0;
  for (int pass = 0; pass < 1000; ++pass) {
    const Matrix right = right_dropout.drop(ones);
    const Matrix wrong = mistakes::drop_without_scaling(ones, p, generator_wrong);
    right_total += sum(right.values());
    wrong_total += sum(wrong.values());
  }
  const std::vector<float> means{right_total / 36000, wrong_total / 36000};
  page.label("dropout", {"right", "wrong"});
  page.show_computed("means", {"dropout"}, means);

  // *Where it hides.* With $p = 0$, and in evaluation, where nothing is dropped. But the attention
  // weights are $1 / (1 - p)$ times as large there, on average, as in training: here twice.

  page.section("Dropout left on in evaluation", "A model that is put to use must drop nothing.");

  // PyTorch decides by a switch: if you forget `model.eval()`, the model keeps dropping. Here it is
  // an argument: a pass that is given a generator belongs to a training.
  page.say("Without a generator nothing is dropped; with one, the same model gives other vectors:");

  Generator generator_ca(123), training(123);
  const auto ca = CausalAttention::draw(
      {
          .d_in = d_in,
          .d_out = d_out,
          .context_length = num_tokens,
          .dropout = p,
      },
      generator_ca);
  const std::vector<Matrix> evaluated = ca.forward(batch);
  const std::vector<Matrix> dropping = ca.forward(batch, Training{training});  // wrong
  page.show("evaluated", {"batch", "tokens", "d_out"}, evaluated, "causal_attention.context_vecs");
  page.show_mistake("dropping", {"batch", "tokens", "d_out"}, dropping,
                    "causal_attention.context_vecs");

  // *How to notice it.* Call twice on the same input. Both results must be equal, bit for bit.
  // Here one call is enough: the batch holds the same sentence twice, and gets two answers.
  //
  // *Where it hides.* With $p = 0$, as in the notebook's own call. And in tests that set the seed
  // before each call: then two calls agree, both wrong.

  page.section("A batch that mixes",
               "The sequences of a batch have nothing to do with each other.");

  // A reshape too many, and the tokens of all sequences stand in one long sequence, where they
  // attend to each other. Wrong:
  //
  // @code one_sequence walkthrough/loops/mistakes.cpp
  //
  // Right, a loop over the sequences:
  // @see CausalAttention::steps src/causal_attention.cpp
  //
  page.say(
      "With the check of `context_length` out of the way, the second sentence attends to the "
      "first:");

  CausalAttention mixing = ca;
  mixing.context_length = 12;
  const Matrix mixed = mixing.forward(mistakes::one_sequence(batch));
  page.show_mistake("mixed", {"batch", "tokens", "d_out"}, Tensor({2, 6, 2}, Tensor(mixed).values),
                    "causal_attention.context_vecs");

  // *How to notice it.* Each sequence must get the same rows, bit for bit, alone and in any
  // batch. Test with sequences that differ.
  //
  // *Where it hides.* In batches of one. In the first sequence, if there is a mask: the others come
  // later. And wherever a token sees whole copies of one sentence, as in the notebook's batch,
  // which holds it twice. So the very last row above stays.
  page.say(
      "Without a mask, all rows stay: twice as many keys get half the weight each, and their "
      "values are the same.");
  // These are the first six rows of both sentences in one, with the weights of seed 789:
  const SelfAttentionSteps twice = sa_v2.steps(mistakes::one_sequence(batch));
  Matrix first_sentence(num_tokens, d_out);
  for (std::size_t token = 0; token < num_tokens; ++token) {
    for (std::size_t out = 0; out < d_out; ++out) {
      first_sentence(token, out) = twice.context_vecs(token, out);
    }
  }
  page.show("first_sentence", {"tokens", "d_out"}, first_sentence,
            "self_attention.context_vecs_v2");

  page.section("Heads split by reshaping alone",
               "The shape is right, and the cells are not: a transpose is missing.");

  // [Chapter 4](4_multi_head_attention.md#splitting-one-projection) shows where each cell goes: it
  // is tempting to read the memory as (heads, tokens, head_dim) at once. Wrong:
  //
  // @code split_heads_by_reshaping walkthrough/loops/mistakes.cpp
  //
  // Right:
  //
  // @code split_heads src/multi_head_attention.cpp
  //
  page.say("In multi-head attention, all else as in the class, every number moves:");
  //
  // @code context_of_reshaped_heads walkthrough/loops/mistakes.cpp
  //
  std::vector<Matrix> reshaped;
  for (const Matrix& item : batch) {
    const std::vector<Matrix> heads = mistakes::context_of_reshaped_heads(mha, item);
    reshaped.push_back(mha.out_proj.forward(join_heads(heads)));
  }
  page.show_mistake("reshaped", {"batch", "tokens", "d_out"}, reshaped,
                    "multi_head_attention.context_vecs");

  // *How to notice it.* `join_heads` must undo the split, bit for bit. And no later token may
  // change an earlier row: head 1 begins with the second half of the sentence, so that the first
  // row hears of it.
  //
  // *Where it hides.* With a single head or a single token. Both checks also miss it if the heads
  // are joined by a plain reshape: the two errors cancel, and no token hears of later ones. But
  // each head sees a part of the sentence: the last token does not hear of the first. What always
  // tells is the comparison with
  // [heads that stand side by side](4_multi_head_attention.md#both-versions-agree).

  page.section("Scaling by d_out in place of head_dim",
               "A key of one head is head_dim long, not d_out.");

  // The formula says $d_k$, the variable at hand is `d_out`, and in chapters 2 and 3 they are the
  // same. Wrong:
  //
  // @code head_scaled_by_d_out walkthrough/loops/mistakes.cpp
  //
  // Right, where `keys` are those of one head:
  // @see causal_attention src/causal_attention.cpp
  //
  page.say(
      "With two heads and `d_out` = 2, `head_dim` is 1, and the scores are divided by the root of "
      "2 in place of 1:");

  std::vector<Matrix> scaled_by_d_out;
  for (const MultiHeadAttentionSteps& steps : mha.steps(batch)) {
    std::vector<Matrix> context_of_heads;
    for (const CausalAttentionSteps& head : steps.heads) {
      context_of_heads.push_back(
          mistakes::head_scaled_by_d_out(head.queries, head.keys, head.values, d_out));
    }
    scaled_by_d_out.push_back(mha.out_proj.forward(join_heads(context_of_heads)));
  }
  page.show_mistake("scaled_by_d_out", {"batch", "tokens", "d_out"}, scaled_by_d_out,
                    "multi_head_attention.context_vecs");

  // So little, because the scores of an untrained model are small: a test with a tolerance of 0.001
  // would pass. Trained scores are not small, and the factor grows with the heads. With the 12
  // heads of GPT-2 it is $\sqrt{12}$, about 3.5.
  //
  // *How to notice it.* Undo softmax as [above](#no-scaling), with the root of `head_dim`. Or
  // compare with heads that stand side by side, each of which knows no width but its own.
  //
  // *Where it hides.* With a single head, in the first row, which has one weight, and behind wide
  // tolerances.

  page.section("Gradients not set to zero",
               "Each step of training follows the sum of all gradients so far.");

  // PyTorch adds each gradient to what `.grad` holds, so that a batch can come in parts. Whoever
  // trains has to empty it before the next step, with `optimizer.zero_grad()`. Wrong:
  //
  // @code train_without_zeroing walkthrough/loops/mistakes.cpp
  //
  // Right:
  //
  // @code train_with_descent walkthrough/loops/recall.cpp
  //
  // Chapter 7 asks a [question](7_learning.md#a-question-and-a-loss) about the six tokens, and goes
  // backward from its loss.
  page.say(
      "A second pass backward must give the gradient of the first. Added up, it is twice that:");
  page.label("answers", {"no", "yes"});
  const MultiHeadAttentionSteps steps = mha.steps(inputs);
  const std::vector<std::size_t> targets{0, 1, 0, 0, 1, 0};
  const CrossEntropy answer = cross_entropy(steps.context_vecs, targets);
  const MultiHeadAttentionGrads grads =
      multi_head_attention_grads(mha, inputs, steps, answer.logits_grad);
  std::vector<float> bias_grad;
  for (int pass = 0; pass < 2; ++pass) recall::add(bias_grad, grads.out_proj.bias_grad);
  page.show_mistake("bias_grad", {"d_out"}, bias_grad, "learning.out_proj.bias_grad");

  // Over many steps, the sum acts like the speed of a ball without friction. It rolls faster and
  // faster, past the lowest point and up the other side. Chapter 7 trains on a
  // [task](7_learning.md#a-task) that is drawn at random.
  page.say("These are the losses before some steps of gradient descent:");
  Generator generator_recall(123);
  auto zeroing = recall::draw_model(2, generator_recall);
  MultiHeadAttention adding = zeroing;
  const auto examples = recall::draw_examples(128, generator_recall);
  const auto right_losses = recall::train_with_descent(zeroing, examples, 30, 1);
  const auto wrong_losses = mistakes::train_without_zeroing(adding, examples, 60, 1);
  Matrix losses(2, 6);
  const std::vector<std::size_t> some_steps{0, 1, 2, 10, 20, 30};
  for (std::size_t i = 0; i < some_steps.size(); ++i) {
    losses(0, i) = right_losses[some_steps[i]];
    losses(1, i) = wrong_losses[some_steps[i]];
  }
  page.label("gradients", {"set to zero", "added up"});
  page.label("steps", {"0", "1", "2", "10", "20", "30"});
  page.show_computed("losses", {"gradients", "steps"}, losses);
  page.note("wrong_losses.back()", wrong_losses.back() > 10 ? "above 10" : "10 or less");

  // *How to notice it.* Go backward twice without a step between: both must give the same gradients,
  // bit for bit.
  //
  // *Where it hides.* In the first step. In the next ones, where all gradients point one way, the loss
  // even falls faster.

  page.section("The mask forgotten on the way back", "Hidden scores get gradients.");

  // The matrix of weights is large. To save memory, fast code such as FlashAttention does not keep it
  // for the way back, but computes it once more from queries and keys. It has to mask it once more,
  // too. Wrong:
  //
  // @code attn_scores_grad_unmasked walkthrough/loops/mistakes.cpp
  //
  // Right, where the weights are those of the pass forward:
  // @see causal_attention_grads src/gradients.cpp
  //
  page.say(
      "The gradients of queries and keys move, except that of the last query, which sees all "
      "keys:");
  List<Matrix> queries_grads, keys_grads;
  for (std::size_t head = 0; head < num_heads; ++head) {
    const CausalAttentionSteps& of_head = steps.heads[head];
    const Matrix scores_grad =
        mistakes::attn_scores_grad_unmasked(of_head, grads.heads[head].attn_weights_grad);
    queries_grads.push_back(matmul(scores_grad, of_head.keys));
    keys_grads.push_back(matmul(transpose(scores_grad), of_head.queries));
  }
  const Matrix queries_grad = join_heads(queries_grads), keys_grad = join_heads(keys_grads);
  page.show_mistake("queries_grad", {"tokens", "d_out"}, queries_grad, "learning.queries_grad");
  page.show_mistake("keys_grad", {"tokens", "d_out"}, keys_grad, "learning.keys_grad");

  // *How to notice it.* Let the loss look at the first row alone: the inputs of all later tokens must
  // get gradients of zero. And the first query sees one key, whose weight is one whatever the score:
  // the gradient of the query of "your" must be zero, as PyTorch's is.
  // [Finite differences](7_learning.md#one-weight-moves) tell as well.
  //
  // *Where it hides.* In the last row, which sees all keys. And wholly where the weights of the pass
  // forward are kept: hidden weights are zero, and the gradient of softmax multiplies by them. There
  // the mask on the way back only makes sure.

  page.section("Dropout drawn anew on the way back", "Other cells are dropped than were.");

  // Wrong:
  //
  // @code attn_weights_grad_drawn_anew walkthrough/loops/mistakes.cpp
  //
  // Right, with the factors of the pass forward:
  // @see causal_attention_grads src/gradients.cpp
  //
  page.say(
      "The last row in head 0, with dropout of one half: the wrong gradient is zero at \"with\" "
      "and \"one\", where the weight was kept, and not at \"step\", where it was dropped.");
  MultiHeadAttention dropping_mha = mha;
  dropping_mha.dropout = p;
  Generator pass_generator(123);
  const CausalAttentionSteps dropped =
      dropping_mha.steps(inputs, Training{pass_generator}).heads[0];
  const Matrix context_grad = split_heads(grads.out_proj.inputs_grad, num_heads)[0];
  const auto right = causal_attention_grads(dropped, context_grad);
  const auto anew =
      mistakes::attn_weights_grad_drawn_anew(right.dropped_weights_grad, p, pass_generator);
  Matrix last_rows(3, num_tokens);
  for (std::size_t key = 0; key < num_tokens; ++key) {
    last_rows(0, key) = dropped.dropout_factors(num_tokens - 1, key);
    last_rows(1, key) = right.attn_weights_grad(num_tokens - 1, key);
    last_rows(2, key) = anew(num_tokens - 1, key);
  }
  page.label("row of \"step\"", {"factors", "right", "wrong"});
  page.show_computed("last_rows", {"row of \"step\"", "keys"}, last_rows);

  // *How to notice it.* What was dropped passes nothing: where a factor is zero, the gradient must be.
  // And a pass backward draws no random numbers, so that a second one must give the same.
  //
  // *Where it hides.* With $p = 0$, and in a finite difference that draws anew for each loss: it sees
  // noise that is larger than any slope.

  page.section("Softmax's gradient element by element",
               "Each weight depends on every score of its row, not on its own alone.");

  // The derivative of a weight by its own score is $\alpha (1 - \alpha)$, and this is easily taken for
  // all of it. For the sigmoid function $1 / (1 + e^{-x})$, which takes each number for itself, it
  // would be. Wrong:
  //
  // @code softmax_grad_by_element walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see softmax_rows_grad src/gradients.cpp
  //
  page.say(
      "In head 0, the first column, the gradients become ten times too large and more; in head 1, "
      "some change their signs:");
  List<Matrix> element_grads, element_queries_grads;
  for (std::size_t head = 0; head < num_heads; ++head) {
    const CausalAttentionSteps& of_head = steps.heads[head];
    const Matrix& weights = of_head.attn_weights;
    const Matrix& weights_grad = grads.heads[head].attn_weights_grad;
    element_grads.push_back(mistakes::softmax_grad_by_element(weights, weights_grad));
    element_queries_grads.push_back(
        matmul(scale(element_grads[head], mha.head_dim()), of_head.keys));
  }
  const Matrix element_queries_grad = join_heads(element_queries_grads);
  page.show_mistake("element_queries_grad", {"tokens", "d_out"}, element_queries_grad,
                    "learning.queries_grad");

  page.say(
      "*How to notice it.* A shift of all scores of a row changes no weight, so the gradients of a "
      "row must sum to zero. Here they do not:");

  for (std::size_t query = 0; query < num_tokens; ++query) {
    sums_of_rows[query] = sum(element_grads[0].row(query));
  }
  page.show_computed("sums_of_rows", {"queries"}, sums_of_rows);

  // *Where it hides.* In a row with a single key: both are zero. A test in which the loss looks at one
  // weight alone, and which compares one cell alone, that of this weight, sees nothing either.

  page.section("The loss averaged twice", "A mean over rows is divided by the rows once more.");

  // `cross_entropy` is a mean already, as PyTorch's is. A training loop that adds up parts of a batch
  // has to divide, too, but by the number of parts. Wrong:
  //
  // @code cross_entropy_averaged_twice walkthrough/loops/mistakes.cpp
  //
  // Right:
  // @see cross_entropy src/gradients.cpp
  //
  page.say("With six rows, the loss and all gradients become a sixth of what they are:");
  const auto averaged = mistakes::cross_entropy_averaged_twice(steps.context_vecs, targets);
  page.show_mistake("averaged.loss", {}, averaged.loss, "learning.loss");
  page.show_mistake("averaged.logits_grad", {"tokens", "answers"}, averaged.logits_grad,
                    "learning.logits_grad");

  // *How to notice it.* By a loss that is known: a model that knows nothing must start near the
  // logarithm of the number of answers, here $\ln 2 = 0.6931$. And a batch that holds every row twice
  // has the same mean.
  //
  // *Where it hides.* In finite differences, for loss and gradients agree. In batches of one. And
  // behind [Adam](7_learning.md#adam), which divides each gradient by the size of its like: a sixth of
  // all of them makes the same step. Its sister is a mean of means: where sequences differ in length,
  // it gives the tokens of a short one more weight.

  page.section("The checks",
               "Rows sum to one; later tokens change nothing; calls, batches and heads agree: laws "
               "that hold for any numbers.");

  // Most code has no notebook beside it to compare with. These laws need none: they hold for any
  // weights and inputs. Try them on random ones, with two heads or more, and no two sizes equal.
  // Those of gradients stand last:
  //
  // | law | what breaks it |
  // |---|---|
  // | each row of weights sums to one | softmax over the wrong axis; not renormalised; mask one off (too early); dropout left on |
  // | a later token changes no earlier row, bit for bit | softmax over the wrong axis; not renormalised; mask one off (too late; too early, for a NaN is unequal even to itself); -1e9 (large scores); heads split by reshaping |
  // | the first row of causal weights is 1, 0, 0, … | softmax over the wrong axis; not renormalised; mask one off (both ways); -1e9 (large scores); dropout left on |
  // | weights give back the differences of the scores | softmax over the wrong axis; dropout left on; no scaling; no root; d_out in place of head_dim |
  // | `d_in` and `d_out` may differ; unit vectors give the columns of a weight | weights not transposed |
  // | two calls give the same; many passes of dropout keep the mean | dropout left on; dropout without 1 / (1 - p) |
  // | a sequence gets the same rows alone and in a batch | a batch that mixes |
  // | one wide projection, split, is as good as heads side by side | heads split by reshaping; d_out in place of head_dim |
  // | two passes backward give the same gradients, bit for bit | gradients not set to zero; dropout drawn anew |
  // | a loss of earlier rows gives later tokens no gradient | the mask forgotten on the way back |
  // | what was dropped passes no gradient | dropout drawn anew |
  // | each row of the gradients of scores sums to zero | the mask forgotten on the way back (in the part that a query sees); softmax's gradient element by element |
  // | every row twice has the same loss | the loss averaged twice |
  // | the loss moves as the gradient says | gradients not set to zero; the mask forgotten on the way back; dropout drawn anew; softmax's gradient element by element |
  //
  // A [test](../tests/walkthrough/common_mistakes.cpp) checks these laws on both right and wrong
  // code.

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Three mistakes](../tests/exercises/6_three_mistakes.cpp): Causal attention with three wrong
  //   places. Find and mend them. Check with `meson compile -C build exercise_6_three_mistakes`
  // - [Looking ahead](../tests/exercises/6_looks_ahead.cpp): Somebody hands you an attention and
  //   says that it is causal. Write the test that finds out. Check with
  //   `meson compile -C build exercise_6_looks_ahead`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
