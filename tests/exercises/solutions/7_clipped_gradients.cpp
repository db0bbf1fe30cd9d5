#include <cmath>

#include "exercises.hpp"

// A length of zero is never above max_length, so that nothing is divided by it.
std::vector<std::vector<float>> exercises::clipped(const std::vector<std::vector<float>>& grads,
                                                   float max_length) {
  float squares = 0;
  for (const std::vector<float>& grad : grads) {
    for (const float number : grad) squares += number * number;
  }
  const float length = std::sqrt(squares);
  std::vector<std::vector<float>> result = grads;
  if (length <= max_length) return result;
  for (std::vector<float>& grad : result) {
    for (float& number : grad) number *= max_length / length;
  }
  return result;
}
