#include <cmath>

#include "check.hpp"

namespace exercises {

void check_three_mistakes(Check& check, decltype(mended_attention)* answer) {
  const auto context_vecs_are = check.calls("mended_attention", answer);

  check.law("each head gives a single token its own value back");
  context_vecs_are({{1, 2, 3, 4}}, {{3, 4, 5, 6}}, {{5, 6, 7, 8}}, 2, {{5, 6, 7, 8}});

  // Queries of zeros score 0 with every key, and take the mean of the values that they see.
  check.law("each query sees the tokens up to its own");
  context_vecs_are({{0}, {0}, {0}}, {{1}, {2}, {3}}, {{6}, {2}, {1}}, 1, {{6}, {4}, {3}});

  // In head 0, query 1 scores 0 and 2 with head_dim 4: scaled, 0 and 1.
  check.law("the weights of two heads are those of each head alone");
  const float first = std::exp(1.0F) / (1 + std::exp(1.0F));
  const float second = 1 / (1 + std::exp(2.0F));
  context_vecs_are(
      {{0, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 1}},
      {{0, 0, 0, 0, 1, 1, 1, 1}, {0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0}},
      {{0, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1, 1, 1}}, 2,
      {{0, 0, 0, 0, 0, 0, 0, 0}, {first, first, first, first, second, second, second, second}});
}

static const Exercise exercise_6_three_mistakes("6_three_mistakes", check_three_mistakes,
                                                mended_attention);

}  // namespace exercises
