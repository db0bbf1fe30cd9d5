#include <longhand/generator.hpp>
#include <longhand/matrix.hpp>
#include <longhand/self_attention.hpp>
#include <longhand/softmax.hpp>
#include <longhand/vector.hpp>
#include <vector>

#include "inputs.hpp"
#include "page.hpp"
#include "scaling_experiment.hpp"

using namespace longhand;

void walkthrough::chapter_2(Page& page) {
  page.follow("self_attention");
  page.title(
      "2 Self-attention",
      "Three matrices that can be trained decide what a token looks for, what it can be found "
      "by, and what it passes on.");

  // In [chapter 1](1_simplified_self_attention.md) one vector plays three roles. It asks, it is
  // asked, and it is what the context vector is mixed from. Here each role gets a matrix of its
  // own, which turns an input $x$ into three vectors:
  //
  // $$q = x W_q \qquad k = x W_k \qquad v = x W_v$$
  //
  // - the query $q$ says what the token looks for,
  // - the key $k$ says what the token can be found by,
  // - the **value** $v$ is what the token passes on.
  //
  // $W_q$, $W_k$ and $W_v$ are called `W_query`, `W_key` and `W_value` in code. Each of them is a
  // **weight matrix**: training changes its numbers, the weights, until the model does its task well.
  // Attention weights are another thing: they are computed anew for each sentence.
  //
  // This chapter follows two sections of the notebook:
  //
  // - 3.4.1, *Computing the attention weights step by step*,
  // - 3.4.2, *Implementing a compact self-attention class*.

  page.section("Three weight matrices",
               "Notebook 3.4.1. Random numbers to start with, from the notebook's seed.");

  // A token enters as `d_in` = 3 numbers and leaves as `d_out` = 2, its **output dimension**. In
  // real models the two are often equal. Here they differ, so that every shape shows what belongs
  // where. The **seed**, 123, starts the generator of random numbers: the same seed gives the same
  // numbers.
  const std::size_t d_in = inputs.cols();
  const std::size_t d_out = 2;
  Generator generator(123);
  const Matrix W_query = generator.rand(d_in, d_out);
  const Matrix W_key = generator.rand(d_in, d_out);
  const Matrix W_value = generator.rand(d_in, d_out);
  page.show("W_query", {"d_in", "d_out"}, W_query);
  page.show("W_key", {"d_in", "d_out"}, W_key);
  page.show("W_value", {"d_in", "d_out"}, W_value);

  // These are the numbers that PyTorch draws after `manual_seed(123)`, bit for bit. PyTorch and
  // Longhand use the same random engine, the Mersenne Twister, which the C++ standard fixes to the
  // last bit. `fraction` makes of each draw a number from 0 up to, but not including, 1:
  //
  // @code Generator::fraction src/generator.cpp

  page.section("Query, key and value", "Notebook 3.4.1. One vector in, three vectors out.");

  page.say(
      "The query of \"journey\" is its row of the inputs times the matrix, each entry a weighted "
      "sum "
      "of the three numbers that come in.");
  // Its key and value likewise:

  // $$q_{out} = \sum_{in} x_{in} W_{in, out}$$
  page.label_tokens(tokens);
  const auto x_2 = inputs.row(1);
  std::vector<float> query_2(d_out), key_2(d_out), value_2(d_out);
  for (std::size_t out = 0; out < d_out; ++out) {
    for (std::size_t in = 0; in < d_in; ++in) {
      query_2[out] += x_2[in] * W_query(in, out);
      key_2[out] += x_2[in] * W_key(in, out);
      value_2[out] += x_2[in] * W_value(in, out);
    }
  }
  page.show("query_2", {"d_out"}, query_2);
  page.show("key_2", {"d_out"}, key_2);
  page.show("value_2", {"d_out"}, value_2);

  // To find out what "journey" attends to, its query alone is needed, but the keys and values of
  // all tokens.
  page.say(
      "A matrix product computes keys and values of all tokens at once; row 1 holds `key_2` "
      "and `value_2` again.");
  // Tokens are rows here, so that the weight matrix stands to the right of them, $X W$. In papers
  // in which tokens are columns, it stands to the left.
  const Matrix keys = matmul(inputs, W_key);
  const Matrix values = matmul(inputs, W_value);
  page.show_text("keys.shape", torch_size(keys));
  page.show("keys", {"tokens", "d_out"}, keys);
  page.show_text("values.shape", torch_size(values));
  page.show("values", {"tokens", "d_out"}, values);

  page.section("Scores", "Notebook 3.4.1. The query against every key.");

  page.say(
      "The score is a dot product again, here of a query and a key, not of the tokens themselves.");
  // First the score of "journey" with itself, then all of its scores:
  //
  // $$\omega_{2i} = q^{(2)} \cdot k^{(i)}$$
  const auto keys_2 = keys.row(1);
  const float attn_score_22 = dot(query_2, keys_2);
  page.show("attn_score_22", {}, attn_score_22);
  std::vector<float> attn_scores_2(keys.rows());
  for (std::size_t token = 0; token < keys.rows(); ++token) {
    attn_scores_2[token] = dot(query_2, keys.row(token));
  }
  page.show("attn_scores_2", {"tokens"}, attn_scores_2);

  page.section("Weights", "Notebook 3.4.1. Scores over the square root of d_k, then softmax.");

  // $d_k$ is the length of a key, here 2. Each score is divided by its square root before softmax:
  //
  // $$\alpha_{2i} = \frac{e^{\omega_{2i} / \sqrt{d_k}}}{\sum_j e^{\omega_{2j} / \sqrt{d_k}}}$$
  const std::size_t d_k = keys.cols();
  const float root_of_d_k = std::sqrt(static_cast<float>(d_k));
  std::vector<float> scaled_scores_2(attn_scores_2);
  for (float& score : scaled_scores_2) {
    score /= root_of_d_k;
  }
  const std::vector<float> attn_weights_2 = softmax(scaled_scores_2);
  page.show("scaled_scores_2", {"tokens"}, scaled_scores_2);
  page.show("attn_weights_2", {"tokens"}, attn_weights_2);

  page.section("Why the square root of d_k",
               "An experiment: long keys make large scores, and large scores make softmax choose.");

  // A score is a sum of $d_k$ products. Let all entries of query and key be random, independent,
  // with mean zero and **variance** (mean squared distance from the mean) one. The mean of a
  // product of independent numbers is the product of their means. So the products have mean zero
  // too, and their squares have mean $1 \cdot 1$: each product has variance one. Variances of
  // independent terms add up: the score has variance $d_k$. Its typical size grows as $\sqrt{d_k}$.
  //
  // The experiment draws 1000 queries with ten keys each. Every entry is uniform from $-\sqrt{3}$
  // to $\sqrt{3}$. Its mean is zero, and its variance is the squared width of that range over 12,
  // which is one:
  //
  // $$\frac{(2 \sqrt{3})^2}{12} = 1$$
  //
  // @code scaling_experiment walkthrough/loops/scaling_experiment.cpp
  //
  const std::vector<std::size_t> lengths{2, 8, 32, 128, 512};
  page.label("d_k", {"2", "8", "32", "128", "512"});
  std::vector<float> variances, unscaled, over_root, over_d_k;
  for (const std::size_t length : lengths) {
    const ScalingExperiment experiment = scaling_experiment(length, generator);
    variances.push_back(static_cast<float>(experiment.variance));
    unscaled.push_back(static_cast<float>(experiment.largest_weight));
    over_root.push_back(static_cast<float>(experiment.largest_weight_over_root_of_d_k));
    over_d_k.push_back(static_cast<float>(experiment.largest_weight_over_d_k));
  }
  page.say("For keys of growing length, the variance of the scores follows `d_k`:");

  page.show_computed("variance of the scores", {"d_k"}, variances);

  page.say("Without scaling, softmax soon gives nearly everything to one of the ten keys:");

  page.show_computed("mean of the largest weight, unscaled", {"d_k"}, unscaled);

  // Then the other keys hardly count, and small changes of their scores change nothing. Training
  // tries out, in effect, which small change of each number improves the result, and learns little
  // where none changes it ([chapter 7](7_learning.md#large-scores-hinder-learning) shows it).
  page.say(
      "Divided by `d_k`, long keys make scores that hardly differ: each of the ten keys gets its "
      "tenth, whatever it says.");

  page.show_computed("mean of the largest weight, over d_k", {"d_k"}, over_d_k);

  page.say(
      "Divided by the square root of `d_k`, the scores have variance one at every length, and the "
      "weights stay about as soft.");
  // (Vaswani et al., *Attention Is All You Need*, 2017, section 3.2.1.)
  page.show_computed("mean of the largest weight, over the root of d_k", {"d_k"}, over_root);

  page.section("The context vector", "Notebook 3.4.1. The weighted sum of the values.");

  page.say("Chapter 1 mixed the tokens themselves. Now their values are mixed:");

  // $$z^{(2)} = \sum_i \alpha_{2i} v^{(i)}$$
  std::vector<float> context_vec_2(d_out);
  for (std::size_t token = 0; token < values.rows(); ++token) {
    for (std::size_t out = 0; out < d_out; ++out) {
      context_vec_2[out] += attn_weights_2[token] * values(token, out);
    }
  }
  page.show("context_vec_2", {"d_out"}, context_vec_2);

  page.section("All tokens",
               "Notebook 3.4.2. The same steps as matrices, in a class that holds the weights.");

  // With all queries in a matrix $Q$, all keys in $K$ and all values in $V$, the whole mechanism is
  // one line of mathematics, **scaled dot-product attention**. Softmax goes over each row:
  //
  // $$Z = \mathrm{softmax} \left( \frac{Q K^\top}{\sqrt{d_k}} \right) V$$
  //
  // @code self_attention src/self_attention.cpp
  //
  // @code scale src/self_attention.cpp
  //
  // `SelfAttentionV1` draws the three matrices in the order query, key, value, and applies them:
  //
  // @code SelfAttentionV1::steps src/self_attention.cpp
  //
  page.say("The same seed gives the same matrices as above: now the queries of all tokens.");
  // `forward` returns the context vectors, `steps` everything on the way:
  Generator generator_v1(123);
  const auto sa_v1 = SelfAttentionV1::draw({.d_in = d_in, .d_out = d_out}, generator_v1);
  const SelfAttentionSteps steps_v1 = sa_v1.steps(inputs);
  page.show("steps_v1.queries", {"tokens", "d_out"}, steps_v1.queries);
  page.show("steps_v1.keys", {"tokens", "d_out"}, steps_v1.keys, "keys");
  page.show("steps_v1.values", {"tokens", "d_out"}, steps_v1.values, "values");

  page.say(
      "The scores of each query with each key, before and after the division by the root of 2:");

  page.show("steps_v1.attn_scores", {"queries", "keys"}, steps_v1.attn_scores);
  page.show("steps_v1.scaled_scores", {"queries", "keys"}, steps_v1.scaled_scores);

  page.say("The weights that softmax makes of the scores, row by row:");

  page.show("steps_v1.attn_weights", {"queries", "keys"}, steps_v1.attn_weights);
  page.heat_map("attn_weights_v1", {"queries", "keys"}, steps_v1.attn_weights,
                "SelfAttentionV1: untrained matrices", {.largest = 0.25F});

  page.say(
      "Weights times values are the context vectors. Row 1 is that of \"journey\" from above:");

  const Matrix context_vecs_v1 = sa_v1.forward(inputs);
  page.show("context_vecs_v1", {"tokens", "d_out"}, context_vecs_v1);

  // [The page](attention.html#self-attention/attn_weights/journey/starts), opened from a clone, says
  // of each number where it comes from.
  //
  // Unlike those of chapter 1, the scores are not symmetric: what "your" looks for in "journey" is
  // not what "journey" looks for in "your". One matrix between the two tokens could do that too (an
  // [exercise](#exercises) asks which), but it has $d_{in}^2$ numbers. Two matrices have
  // $2 d_{in} d_k$, which are fewer where $d_k$ is less than half of $d_{in}$, as in the heads of real
  // models: then the dot products of queries and keys are shorter, too. Here they save nothing.

  page.section("Linear layers",
               "Notebook 3.4.2. The same class with weights that are drawn around zero.");

  // Weights from 0 to 1 are all positive, and so are the inputs: all queries and keys point in
  // similar directions, and no score is negative. A **linear layer** starts better: PyTorch draws
  // its weights from $-1/\sqrt{d_{in}}$ to $1/\sqrt{d_{in}}$.
  //
  // @code Generator::uniform src/generator.cpp
  //
  // A linear layer stores its weight transposed, `d_out` x `d_in`: the row of an output holds all
  // that this output takes from the inputs, side by side in memory. It may add a **bias**, a number
  // for each output:
  //
  // $$y_{out} = \sum_{in} x_{in} W_{out, in} + b_{out}$$
  //
  // @code Linear::forward src/linear.cpp
  //
  page.say("`SelfAttentionV2` is built from three linear layers, without bias here:");

  Generator generator_v2(789);
  const auto sa_v2 = SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, generator_v2);
  page.show("sa_v2.W_query.weight", {"d_out", "d_in"}, sa_v2.W_query.weight);
  page.show("sa_v2.W_key.weight", {"d_out", "d_in"}, sa_v2.W_key.weight);
  page.show("sa_v2.W_value.weight", {"d_out", "d_in"}, sa_v2.W_value.weight);

  page.say("Queries, keys and values now have both signs:");

  const SelfAttentionSteps steps_v2 = sa_v2.steps(inputs);
  page.show("steps_v2.queries", {"tokens", "d_out"}, steps_v2.queries);
  page.show("steps_v2.keys", {"tokens", "d_out"}, steps_v2.keys);
  page.show("steps_v2.values", {"tokens", "d_out"}, steps_v2.values);

  page.say("The scores are smaller than those of version 1, and the weights more even:");

  page.show("steps_v2.attn_scores", {"queries", "keys"}, steps_v2.attn_scores);
  page.show("steps_v2.scaled_scores", {"queries", "keys"}, steps_v2.scaled_scores);
  page.show("steps_v2.attn_weights", {"queries", "keys"}, steps_v2.attn_weights);
  page.heat_map("attn_weights_v2", {"queries", "keys"}, steps_v2.attn_weights,
                "SelfAttentionV2: untrained linear layers", {.largest = 0.25F});

  page.say("The context vectors are what the notebook prints:");

  const Matrix context_vecs_v2 = sa_v2.forward(inputs);
  page.show("context_vecs_v2", {"tokens", "d_out"}, context_vecs_v2);

  page.section("Exercise 3.1", "Notebook 3.4.2. Both classes agree once they share their weights.");

  // *The exercise:* the two classes give different results only because their weights differ. Copy
  // the weights of a `SelfAttentionV2` into a `SelfAttentionV1`, so that both give the same.
  //
  page.say(
      "The two differ in how they draw and store weights, not in what they compute. So version 1, "
      "given the weights of version 2, must return the same.");
  // Its matrices are `d_in` x `d_out`: the weights of the linear layers have to be transposed. A
  // forgotten transpose cannot hide here, since 2 x 3 does not fit where 3 x 2 belongs, and
  // `forward` refuses it.
  Generator generator_for_exercise(123);
  const auto exercise_v2 =
      SelfAttentionV2::draw({.d_in = d_in, .d_out = d_out}, generator_for_exercise);
  const SelfAttentionV1 exercise_v1{.W_query = transpose(exercise_v2.W_query.weight),
                                    .W_key = transpose(exercise_v2.W_key.weight),
                                    .W_value = transpose(exercise_v2.W_value.weight)};
  page.show("exercise_v2.forward(inputs)", {"tokens", "d_out"}, exercise_v2.forward(inputs),
            "exercise_3_1");
  page.show("exercise_v1.forward(inputs)", {"tokens", "d_out"}, exercise_v1.forward(inputs),
            "exercise_3_1");

  page.section("Exercises", "Small functions to write yourself, in tests/exercises.");

  // Each file says what to write, and has a hint. Its command compiles what you wrote, and names
  // the property that does not hold yet, for which input, with both numbers.
  //
  // - [Cross-attention](../tests/exercises/2_cross_attention.cpp): In **cross-attention**, the
  //   queries of one sentence meet the keys and values of another, with another number of tokens
  //   and another width. Check with `meson compile -C build exercise_2_cross_attention`
  // - [One matrix](../tests/exercises/2_one_matrix.cpp): `W_query` and `W_key` do nothing that a
  //   single matrix could not do. Which one? Check with
  //   `meson compile -C build exercise_2_one_matrix`
  // - [Softmax and training](../tests/exercises/2_softmax_gradient.cpp): Training makes a number
  //   small, the **loss**. How does it move with each score, given how it moves with each weight?
  //   The answer shows why training learns little where softmax has chosen. Check with
  //   `meson compile -C build exercise_2_softmax_gradient`
  //
  // The [solutions](../tests/exercises/solutions) stand apart.
}
