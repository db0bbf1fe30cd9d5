#include <cmath>

#include "check.hpp"

namespace exercises {

void check_padding(Check& check, decltype(padded_weights)* answer) {
  const auto weights_are = check.calls("padded_weights", answer);
  const float third = 1 / 3.0F;

  check.law("without padding, equal scores share among the keys up to the query");
  weights_are(Matrix(3, 3), 0, {{1, 0, 0}, {0.5, 0.5, 0}, {third, third, third}});

  check.law("a query of padding has weights of zero, not NaN");
  weights_are(Matrix(2, 2), 2, {{0, 0}, {0, 0}});

  check.law("padding gets no weight, and the others still share one");
  weights_are(Matrix(3, 3), 1, {{0, 0, 0}, {0, 1, 0}, {0, 0.5, 0.5}});

  // e^1 : e^0, as in the sentence of two tokens alone.
  check.law("the other weights are those of the sentence without its padding");
  const float larger = std::exp(1.0F) / (std::exp(1.0F) + 1);
  weights_are({{9, 9, 9}, {9, 5, 9}, {9, 2, 1}}, 1,
              {{0, 0, 0}, {0, 1, 0}, {0, larger, 1 - larger}});

  check.law("scores of padding that are NaN change nothing");
  weights_are({{NAN, NAN, NAN}, {NAN, 5, NAN}, {NAN, 2, 1}}, 1,
              {{0, 0, 0}, {0, 1, 0}, {0, larger, 1 - larger}});
}

static const Exercise exercise_3_padding("3_padding", check_padding, padded_weights);

}  // namespace exercises
