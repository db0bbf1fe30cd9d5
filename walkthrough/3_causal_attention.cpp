#include <longhand/causal_attention.hpp>
#include <longhand/dropout.hpp>
#include <longhand/generator.hpp>
#include <longhand/matrix.hpp>
#include <longhand/self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <vector>

#include "inputs.hpp"
#include "page.hpp"

using namespace longhand;

void walkthrough::chapter_3(Page& page) {
  page.follow("causal_attention");
  page.title("3 Causal attention",
             "No token may look at a later one: two ways to mask, which agree, and dropout.");

  // A language model learns to predict the next token: at each position, it gives every token that
  // may follow a probability. During training it sees whole sentences, and attention as in
  // [chapter 2](2_self_attention.md) would show it the very token it has to predict. **Causal
  // attention** hides what comes later: a query attends to its own position and to earlier ones.
  // What hides it is the **mask**.
  //
  // This chapter follows three sections of the notebook:
  //
  // - 3.5.1, *Applying a causal attention mask*,
  // - 3.5.2, *Masking additional attention weights with dropout*,
  // - 3.5.3, *Implementing a compact causal attention class*.

  page.section("Before masking",
               "Notebook 3.5.1. The attention weights of chapter 2, from the seed 789.");

  const std::size_t d_in = inputs.cols();
  const std::size_t d_out = 2;
  Generator generator(789);
  const auto sa_v2 = SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, generator);
  const SelfAttentionSteps steps = sa_v2.steps(inputs);
  page.label_tokens(tokens);
  page.show("attn_scores", {"queries", "keys"}, steps.attn_scores);
  page.show("attn_weights", {"queries", "keys"}, steps.attn_weights);

  page.section(
      "First way: mask the weights",
      "Notebook 3.5.1. Zero the weights of later keys, then divide each row by its new sum.");

  page.say("The mask holds a one where a query may look and a zero where it may not.");
  // The key of a later token has a larger index than the query, and stands right of the diagonal:
  //
  // $$M_{ij} = 1 \quad \text{where } j \le i, \text{ otherwise } 0$$
  //
  // @code causal_mask src/causal_attention.cpp
  //
  const std::size_t num_tokens = inputs.rows();
  const Matrix mask_simple = causal_mask(num_tokens);
  page.show("mask_simple", {"queries", "keys"}, mask_simple);
  page.heat_map("mask", {"queries", "keys"}, mask_simple,
                "The causal mask: what each query may look at", {.is_masked = true});

  page.say("Weights times mask, element by element:");

  Matrix masked_simple(num_tokens, num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    for (std::size_t key = 0; key < num_tokens; ++key) {
      masked_simple(query, key) = steps.attn_weights(query, key) * mask_simple(query, key);
    }
  }
  page.show("masked_simple", {"queries", "keys"}, masked_simple);

  page.say("The rows do not sum to one any more; each divided by its own sum, they do again.");
  // This is **renormalisation**.
  Matrix masked_simple_norm(num_tokens, num_tokens);
  std::vector<float> row_sums(num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    row_sums[query] = sum(masked_simple.row(query));
    for (std::size_t key = 0; key < num_tokens; ++key) {
      masked_simple_norm(query, key) = masked_simple(query, key) / row_sums[query];
    }
  }
  page.show("row_sums", {"queries"}, row_sums);
  page.show("masked_simple_norm", {"queries", "keys"}, masked_simple_norm);

  page.section(
      "Second way: mask the scores",
      "Notebook 3.5.1. A score of minus infinity before softmax is a weight of zero after it.");

  // The mask can go in earlier. Since $e^{-\infty} = 0$, a score of $-\infty$ gets no weight:
  //
  // @code mask_scores src/causal_attention.cpp
  //
  const Matrix masked = mask_scores(steps.attn_scores);
  page.show("masked", {"queries", "keys"}, masked);

  page.say("Softmax itself makes the rest of each row sum to one:");

  const std::size_t d_k = steps.keys.cols();
  const Matrix attn_weights_causal = softmax_rows(scale(masked, d_k));
  page.show("attn_weights_causal", {"queries", "keys"}, attn_weights_causal);
  page.heat_map("attn_weights", {"queries", "keys"}, attn_weights_causal,
                "Causal attention weights: each row sums to one", {.is_masked = true});

  // Both ways give the same weights, [number for number](attention.html#two-masks)
  // (open the page from a clone).
  // Let $s_j$ be the scaled score of query $i$ for key $j$.
  // Softmax divides every exponential by the sum over *all* keys, and renormalising divides by the
  // share of that sum that is left. The sum over all keys cancels:
  //
  // $$\frac{e^{s_j} / \sum_{k} e^{s_k}}{\sum_{j' \le i} e^{s_{j'}} / \sum_{k} e^{s_k}} =
  // \frac{e^{s_j}}{\sum_{j' \le i} e^{s_{j'}}}$$
  //
  // What remains is the softmax over the keys that are left, as if the later tokens did not exist.
  // The second way is the one in use: it needs one step less.

  page.section("Dropout",
               "Notebook 3.5.2. In training, attention weights chosen at random become zero, so "
               "that the model relies on none.");

  // **Dropout** sets each weight to zero with probability $p$. The others are multiplied by
  // $1 / (1 - p)$, so that each weight keeps its mean:
  //
  // $$(1 - p) \cdot \frac{w}{1 - p} + p \cdot 0 = w$$
  //
  // It works in training alone. A trained model that is put to use drops nothing.
  //
  // @code Dropout::Dropout src/dropout.cpp
  //
  // @code Dropout::factors src/dropout.cpp
  //
  // A pass in training is given a generator to draw from; without one, nothing is dropped. `keep_`
  // answers for each weight whether it stays. Where $p$ is 1 it is empty: all is dropped, and
  // nothing drawn.
  page.say("With `p` = 0.5, about half of a matrix of ones becomes zero, and the rest is doubled:");

  const double p = 0.5;
  Generator generator_for_ones(123);
  const Matrix ones(6, 6, 1);
  const Matrix dropout_of_ones = Dropout(p, Training{generator_for_ones}).drop(ones);
  page.show("dropout_of_ones", {"rows", "columns"}, dropout_of_ones);

  page.say("Of the causal weights, the same seed keeps the same places, doubled:");

  Generator generator_for_weights(123);
  const Matrix dropout_of_attn_weights =
      Dropout(p, Training{generator_for_weights}).drop(attn_weights_causal);
  page.show("dropout_of_attn_weights", {"queries", "keys"}, dropout_of_attn_weights);
  page.heat_map("dropped_weights", {"queries", "keys"}, dropout_of_attn_weights,
                "After dropout: crossed out, or doubled", {.is_masked = true, .is_dropped = true});

  page.say(
      "Any other `p` goes the same way. With `p` = 0.2, each number goes with a chance of a fifth, "
      "here 3 of 36, and what stays is multiplied by 1 / 0.8 = 1.25:");

  Generator generator_fifth(123);
  const Matrix dropout_of_a_fifth = Dropout(0.2, Training{generator_fifth}).drop(ones);
  page.show("dropout_of_a_fifth", {"rows", "columns"}, dropout_of_a_fifth);

  page.say(
      "Rows do not sum to one after dropout, and are not meant to: they keep their sum on average "
      "alone.");
  // These are the sums of the dropped causal weights:
  std::vector<float> sums_after_dropout(num_tokens);
  for (std::size_t query = 0; query < num_tokens; ++query) {
    sums_after_dropout[query] = sum(dropout_of_attn_weights.row(query));
  }
  page.show_computed("sums_after_dropout", {"queries"}, sums_after_dropout);

  // "journey" has lost all of its weights and receives nothing in this pass. That is no error:
  // dropout may take all.

  page.section("Which mask your PyTorch prints",
               "Notebook 3.5.2. Two ways to draw, and the same seed.");

  // Many readers see other zeros than the notebook does. PyTorch has two ways to draw yes or no.
  // The notebook shows the one that does not use Intel's library MKL: that of builds without MKL,
  // such as those for recent Macs, and of every build from PyTorch 2.7 on. Each answer takes two
  // draws of the generator. Before 2.7, the packages for Linux, Windows and Intel Macs drew with
  // MKL: one draw seeds a second, simpler generator, which gives all the answers. It is called
  // MCG31, and multiplies its state by a constant, modulo $2^{31} - 1$.
  //
  // @code Bernoulli::next src/generator.cpp
  //
  // On a GPU, PyTorch draws with a third generator, and the same seed gives yet another mask. And
  // where a tensor is the transpose of another and shares its memory, PyTorch 1.13 and 2.6 drop it
  // row by row, as Longhand does; 2.15 goes through the memory.

  page.say(
      "With MKL, PyTorch before 2.7 draws this mask from the seed 123, as readers report it "
      "(rasbt/LLMs-from-scratch on GitHub, issue 57):");

  Generator generator_for_mkl(123, BernoulliStream::with_mkl);
  const Matrix dropout_of_ones_mkl = Dropout(p, Training{generator_for_mkl}).drop(ones);
  page.show("dropout_of_ones_mkl", {"rows", "columns"}, dropout_of_ones_mkl);

  page.section("A class for batches",
               "Notebook 3.5.3. All steps together, for several sequences at once.");

  // Models work on a **batch**, several sequences at a time. Here it is a vector of matrices, a
  // matrix for each sequence.
  page.say("The notebook stacks the same sentence twice:");

  const std::vector<Matrix> batch{inputs, inputs};
  page.show_text("batch.shape", torch_size(batch));

  // All steps of one sequence in a row:
  //
  // @code causal_attention src/causal_attention.cpp
  //
  page.say("The class holds the weights and applies all steps to each sequence.");
  // The **context length** is the number of tokens that a sequence may have at most:
  //
  // @code CausalAttention::steps src/causal_attention.cpp
  //
  const std::size_t context_length = 6;
  Generator generator_ca(123);
  const auto ca = CausalAttention::draw(
      {.d_in = d_in, .d_out = d_out, .context_length = context_length}, generator_ca);
  const CausalAttentionSteps first = ca.steps(batch)[0];
  page.show("ca.W_query.weight", {"d_out", "d_in"}, ca.W_query.weight);
  page.show("ca.W_key.weight", {"d_out", "d_in"}, ca.W_key.weight);
  page.show("ca.W_value.weight", {"d_out", "d_in"}, ca.W_value.weight);

  page.say("Each token of the first sequence becomes a query, a key and a value:");

  page.show("first.queries", {"tokens", "d_out"}, first.queries);
  page.show("first.keys", {"tokens", "d_out"}, first.keys);
  page.show("first.values", {"tokens", "d_out"}, first.values);

  page.say("From scores to weights: masked, scaled, softmax. Row \"your\" keeps a single score:");

  page.show("first.attn_scores", {"queries", "keys"}, first.attn_scores);
  page.show("first.masked_scores", {"queries", "keys"}, first.masked_scores);
  page.show("first.scaled_scores", {"queries", "keys"}, first.scaled_scores);
  page.show("first.attn_weights", {"queries", "keys"}, first.attn_weights);
  page.show("first.dropped_weights", {"queries", "keys"}, first.dropped_weights,
            "first.attn_weights");

  page.say("The context vectors of both sequences. The tensor has one more axis, the batch:");

  const std::vector<Matrix> context_vecs = ca.forward(batch);
  page.show_text("context_vecs.shape", torch_size(context_vecs));
  page.show("context_vecs", {"batch", "tokens", "d_out"}, context_vecs);

  // The first token can look at itself alone, so its context vector is its value. The last token
  // sees everything: its row is that of [exercise 3.1](2_self_attention.md#exercise-31), which has
  // the same weights and no mask.

  page.section("What causal means", "Later tokens change nothing of an earlier row.");

  // A sequence may be shorter than `context_length`.
  page.say(
      "The first four tokens alone get the same context vectors as in the whole sentence, bit for "
      "bit:");

  Matrix four_tokens(4, d_in);
  for (std::size_t token = 0; token < four_tokens.rows(); ++token) {
    for (std::size_t in = 0; in < d_in; ++in) {
      four_tokens(token, in) = inputs(token, in);
    }
  }
  page.show_computed("ca.forward(four_tokens)", {"tokens", "d_out"}, ca.forward(four_tokens));

  page.say("A longer sequence is refused, with both numbers and the way out:");

  page.show_refusal("ca.forward(Matrix(7, d_in))", [&] { ca.forward(Matrix(7, d_in)); });

  page.section("Dropout in the class", "Only a pass of training drops.");

  page.say(
      "With `p` = 0.5 and a generator, each sequence of the batch loses other weights, though both "
      "are "
      "the same sentence:");

  Generator generator_dropping(123);
  const auto dropping = CausalAttention::draw(
      {.d_in = d_in, .d_out = d_out, .context_length = context_length, .dropout = p},
      generator_dropping);
  Generator training(123);
  const std::vector<CausalAttentionSteps> training_steps =
      dropping.steps(batch, Training{training});
  page.show("training_steps.dropped_weights", {"batch", "queries", "keys"},
            stacked(training_steps, &CausalAttentionSteps::dropped_weights));
  page.show("training_steps.context_vecs", {"batch", "tokens", "d_out"},
            stacked(training_steps, &CausalAttentionSteps::context_vecs));

  page.say(
      "Without a generator, the same object drops nothing, and the documented values are back:");

  const std::vector<Matrix> not_in_training = dropping.forward(batch);
  page.show("context_vecs, not in training", {"batch", "tokens", "d_out"}, not_in_training,
            "context_vecs");

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Sliding window](../tests/exercises/3_sliding_window.cpp): A mask that shows each query the
  //   last few keys alone, which keeps long texts affordable. Check with
  //   `meson compile -C build exercise_3_sliding_window`
  // - [Padding](../tests/exercises/3_padding.cpp): Sentences of a batch are filled up to one
  //   length. Nobody may attend to what fills them, and a query that sees nothing must not become
  //   NaN. Check with `meson compile -C build exercise_3_padding`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
