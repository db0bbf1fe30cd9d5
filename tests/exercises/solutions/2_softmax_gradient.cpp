#include "exercises.hpp"
#include "longhand/vector.hpp"

// With i == j on its own, what remains of the sum is weights[i] times a mean of weights_gradient.
std::vector<float> exercises::softmax_gradient(std::span<const float> weights,
                                               std::span<const float> weights_gradient) {
  const float mean = longhand::dot(weights, weights_gradient);
  std::vector<float> scores_gradient(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    scores_gradient[i] = weights[i] * (weights_gradient[i] - mean);
  }
  return scores_gradient;
}
