#include <algorithm>
#include <cmath>

#include "exercises.hpp"

exercises::Partial exercises::merged(const Partial& left, const Partial& right) {
  if (left.total == 0) return right;
  if (right.total == 0) return left;
  const float max = std::max(left.max, right.max);
  const float left_factor = std::exp(left.max - max);
  const float right_factor = std::exp(right.max - max);
  Partial all{max, left.total * left_factor + right.total * right_factor, left.weighted_values};
  for (std::size_t feature = 0; feature < all.weighted_values.size(); ++feature) {
    all.weighted_values[feature] =
        left.weighted_values[feature] * left_factor + right.weighted_values[feature] * right_factor;
  }
  return all;
}
