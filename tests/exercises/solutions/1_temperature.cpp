#include "exercises.hpp"
#include "longhand/softmax.hpp"

// The division keeps the order of the scores, so that softmax still subtracts the largest.
std::vector<float> exercises::softmax_with_temperature(std::span<const float> scores,
                                                       float temperature) {
  std::vector<float> scaled(scores.begin(), scores.end());
  for (float& score : scaled) {
    score /= temperature;
  }
  return longhand::softmax(scaled);
}
