#include <algorithm>
#include <cmath>
#include <limits>

#include "check.hpp"

namespace exercises {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// From the definition, in double. Row first of the values is the value of the first score.
Partial partial(std::span<const float> scores, const Matrix& values, std::size_t first = 0) {
  const float max = std::ranges::max(scores);
  double sum = 0;
  std::vector<double> output(2);
  for (std::size_t key = 0; key < scores.size(); ++key) {
    const double weight = std::exp(static_cast<double>(scores[key]) - max);
    sum += weight;
    for (std::size_t feature = 0; feature < 2; ++feature) {
      output[feature] += weight * values(first + key, feature);
    }
  }
  return {max, static_cast<float>(sum), {output.begin(), output.end()}};
}

std::string text_of(const Partial& partial) {
  return "{max " + text(partial.max) + ", sum " + text(partial.sum) + ", output " +
         text(partial.output) + "}";
}

}  // namespace

void check_merge(Check& check, decltype(merged)* answer) {
  const auto merged_is = [&](const Partial& left, const Partial& right, const Partial& must_be) {
    const Partial is = answer(left, right);
    const std::string what = "merged(" + text_of(left) + ", " + text_of(right) + ")";
    check.near("max of " + what, is.max, must_be.max);
    check.near("sum of " + what, is.sum, must_be.sum);
    check.near("output of " + what, is.output, must_be.output);
  };

  check.law("where both halves have the same max, all sums add up");
  merged_is({2, 1.5, {3, 4}}, {2, 1, {10, 20}}, {2, 2.5, {13, 24}});

  // ln 2 less halves, ln 4 less quarters.
  check.law("a half with the smaller max counts less, be it the right or the left");
  const float ln_2 = std::log(2.0F);
  merged_is({ln_2, 1, {6, 4}}, {0, 1, {10, 20}}, {ln_2, 1.5, {11, 14}});
  merged_is({0, 4, {8, 4}}, {2 * ln_2, 1, {1, 2}}, {2 * ln_2, 2, {3, 3}});

  check.law("wherever five keys are cut in two, the sums over all five result");
  const std::vector<float> scores{1, -2, 3, 0.5, 2};
  const Matrix values{{1, 2}, {3, -1}, {0, 4}, {-2, 2}, {5, 1}};
  for (std::size_t cut = 1; cut < 5; ++cut) {
    const std::span all(scores);
    merged_is(partial(all.first(cut), values), partial(all.subspan(cut), values, cut),
              partial(all, values));
  }

  check.law("scores in the thousands do not overflow");
  merged_is({1000, 1, {1, 2}}, {-1000, 1, {3, 4}}, {1000, 1, {1, 2}});
  merged_is({-1000, 1, {1, 2}}, {1000, 1, {3, 4}}, {1000, 1, {3, 4}});

  check.law("an empty half changes nothing, and two empty ones make an empty one");
  const Partial empty{-infinity, 0, {0, 0}};
  merged_is(empty, {2, 1, {3, 4}}, {2, 1, {3, 4}});
  merged_is({2, 1, {3, 4}}, empty, {2, 1, {3, 4}});
  merged_is(empty, empty, empty);
}

static const Exercise exercise_5_merge("5_merge", check_merge, merged);

}  // namespace exercises
