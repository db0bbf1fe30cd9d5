// Exercise of chapter 2: why softmax must not choose too early.
//
// Training asks how a loss changes with each score, given how it changes with each weight. These
// are derivatives, gradients for short. All weights depend on each score, since softmax divides by
// the sum of all:
//
//   d weights[j] / d scores[i] = weights[j] * ((i == j ? 1 : 0) - weights[i])
//   scores_gradient[i]         = sum over j of weights_gradient[j] * d weights[j] / d scores[i]
//
// weights are softmax(scores), so that they sum to one; weights_gradient has as many numbers, and
// so has the result.
//
// Hint: The formula is a loop in a loop. Multiply it out, and one dot product and one loop remain.
// When it works, look at the result for weights near {1, 0, 0}: this is what chapter 2 divides by
// the root of d_k for.
//
// Check it with: meson compile -C build exercise_2_softmax_gradient

#include "exercises.hpp"
#include "longhand/vector.hpp"

std::vector<float> exercises::softmax_gradient(std::span<const float> weights,
                                               std::span<const float> weights_gradient) {
  return std::vector<float>(weights.size());
}
