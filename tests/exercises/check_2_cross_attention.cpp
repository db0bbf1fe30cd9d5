#include <cmath>

#include "check.hpp"
#include "documented.hpp"
#include "inputs.hpp"
#include "longhand/self_attention.hpp"

namespace exercises {

void check_cross_attention(Check& check, decltype(cross_attention)* answer) {
  const auto context_vecs_are = check.calls("cross_attention", answer);

  check.law("a context of one token gives its value to every query");
  context_vecs_are({{1}, {-2}}, {{3, 1}}, {{1}}, {{1}, {1}}, {{2, 0, 1}, {0, 1, 1}},
                   {{6, 1, 4}, {6, 1, 4}});

  // Queries of zeros score 0 with every key.
  check.law("a query of zeros takes the mean of all values");
  context_vecs_are({{0}, {0}}, {{3}, {6}, {0}}, {{1}}, {{1}}, {{1}}, {{3}, {3}});

  // The scores are 4 * 0.5 = 2 and 0, the scaled scores 1 and 0.
  check.law("scores are divided by the root of the length of a key, here sqrt(4)");
  context_vecs_are({{1}}, {{1}, {0}}, {{1, 1, 1, 1}}, {{0.5, 0.5, 0.5, 0.5}}, {{1}},
                   {{std::exp(1.0F) / (std::exp(1.0F) + 1)}});

  check.law("with the inputs as context, it is the self-attention of chapter 2");
  longhand::Generator generator(123);
  const auto sa_v1 = longhand::SelfAttentionV1::draw({.d_in = 3, .d_out = 2}, generator);
  check.near(
      "cross_attention(inputs, inputs, W_query, W_key, W_value)",
      answer(walkthrough::inputs, walkthrough::inputs, sa_v1.W_query, sa_v1.W_key, sa_v1.W_value),
      Matrix(6, 2, walkthrough::documented_values().at("self_attention.context_vecs_v1").values));
}

static const Exercise exercise_2_cross_attention("2_cross_attention", check_cross_attention,
                                                 cross_attention);

}  // namespace exercises
