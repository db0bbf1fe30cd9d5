// Exercise of chapter 2: why softmax must not choose too early.
//
// Training asks how a loss changes with each score, given how it changes with each weight. These
// are derivatives, gradients for short, and softmax takes the one to the other:
//
//   scores_gradient[i] = weights[i] * (weights_gradient[i] - mean)
//   mean               = sum over j of weights[j] * weights_gradient[j]
//
// weights are softmax(scores), so that they sum to one; weights_gradient has as many numbers, and
// so has the result.
//
// Hint: Two loops, or longhand::dot and one loop. When it works, put weights near {1, 0, 0} in:
// what remains of the gradient is what chapter 2 divides by the root of d_k for.
//
// Check it with: meson compile -C build exercise_2_softmax_gradient

#include "exercises.hpp"
#include "longhand/vector.hpp"

std::vector<float> exercises::softmax_gradient(std::span<const float> weights,
                                               std::span<const float> weights_gradient) {
  return std::vector<float>(weights.size());
}
