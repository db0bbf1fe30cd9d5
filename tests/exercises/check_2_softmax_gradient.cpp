#include <cmath>

#include "check.hpp"

namespace exercises {

namespace {

std::vector<double> softmax_of(const std::vector<double>& scores) {
  double total = 0;
  for (const double score : scores) total += std::exp(score);
  std::vector<double> weights;
  for (const double score : scores) weights.push_back(std::exp(score) / total);
  return weights;
}

// loss = sum over i of weights_gradient[i] * weights[i], whose gradient is weights_gradient.
double loss(const std::vector<double>& scores, const std::vector<float>& weights_gradient) {
  const std::vector<double> weights = softmax_of(scores);
  double result = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) result += weights_gradient[i] * weights[i];
  return result;
}

}  // namespace

void check_softmax_gradient(Check& check, decltype(softmax_gradient)* answer) {
  const auto gradient_is = [&](const std::vector<float>& weights,
                               const std::vector<float>& weights_gradient,
                               const std::vector<float>& must_be) {
    check.near(call("softmax_gradient", weights, weights_gradient),
               answer(weights, weights_gradient), must_be);
  };

  // Each weight is half: half of 1 - 1/2 and half of 0 - 1/2.
  check.law("what one weight gains, the others lose");
  gradient_is({0.5, 0.5}, {1, 0}, {0.25, -0.25});

  check.law("a gradient that is the same for all weights moves nothing");
  gradient_is({0.25, 0.25, 0.5}, {3, 3, 3}, {0, 0, 0});

  check.law("it is the slope of the loss: a score a little up, a little down");
  const std::vector<double> scores{0.2, -1, 0.7, 0.1};
  const std::vector<float> weights_gradient{1, -2, 0.5, 3};
  const std::vector<double> exact_weights = softmax_of(scores);
  const std::vector<float> weights(exact_weights.begin(), exact_weights.end());
  std::vector<float> slopes;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    std::vector<double> up = scores, down = scores;
    up[i] += 1e-4;
    down[i] -= 1e-4;
    const double rise = loss(up, weights_gradient) - loss(down, weights_gradient);
    slopes.push_back(static_cast<float>(rise / 2e-4));
  }
  gradient_is(weights, weights_gradient, slopes);
}

static const Exercise exercise_2_softmax_gradient("2_softmax_gradient", check_softmax_gradient,
                                                  softmax_gradient);

}  // namespace exercises
