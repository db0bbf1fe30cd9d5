#include <algorithm>
#include <cmath>

#include "exercises.hpp"

exercises::Partial exercises::merged(const Partial& left, const Partial& right) {
  if (left.sum == 0) return right;
  if (right.sum == 0) return left;
  const float max = std::max(left.max, right.max);
  const float left_factor = std::exp(left.max - max);
  const float right_factor = std::exp(right.max - max);
  Partial all{max, left.sum * left_factor + right.sum * right_factor, left.output};
  for (std::size_t feature = 0; feature < all.output.size(); ++feature) {
    all.output[feature] = left.output[feature] * left_factor + right.output[feature] * right_factor;
  }
  return all;
}
