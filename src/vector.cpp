#include "longhand/vector.hpp"

#include <cstddef>

#include "require.hpp"

namespace longhand {

float dot(std::span<const float> left, std::span<const float> right) {
  require(left.size() == right.size(), "dot: left has ", Count{left.size(), "element"},
          ", right has ", right.size(), ": both must have the same number");
  float total = 0;
  for (std::size_t feature = 0; feature < left.size(); ++feature) {
    total += left[feature] * right[feature];
  }
  return total;
}

float sum(std::span<const float> values) {
  float total[4] = {0, 0, 0, 0};
  const std::size_t whole_fours = values.size() / 4 * 4;
  for (std::size_t i = 0; i < whole_fours; ++i) {
    total[i % 4] += values[i];
  }
  for (std::size_t i = whole_fours; i < values.size(); ++i) {
    total[0] += values[i];
  }
  return ((total[0] + total[1]) + total[2]) + total[3];
}

}  // namespace longhand
