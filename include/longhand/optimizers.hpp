#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace longhand {

// Gradient descent: each parameter moves against its gradient.
//
//   parameter -= learning_rate * gradient
//
// Throws std::invalid_argument if there is not a gradient for each parameter, or if the learning rate
// is not a positive number.
void descend(std::span<float> parameters, std::span<const float> grads, float learning_rate);

// Adam: gradient descent with steps of about one size. Each parameter has a running mean m of its
// gradients, and one v of their squares:
//
//   m = beta_1 m + (1 - beta_1) gradient       v = beta_2 v + (1 - beta_2) gradient^2
//   parameter -= learning_rate * (m / (1 - beta_1^t)) / (sqrt(v / (1 - beta_2^t)) + epsilon)
//
// Both begin at zero, and the divisions by 1 - beta^t make up for that, t steps later.
// Source: Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1, with its
// settings beta_1 = 0.9, beta_2 = 0.999 and epsilon = 1e-8.
class Adam {
 public:
  // Throws std::invalid_argument if the learning rate is not a positive number, or num_parameters
  // is negative.
  explicit Adam(std::size_t num_parameters, float learning_rate);

  // One step. Throws std::invalid_argument if the numbers of parameters and gradients are not
  // num_parameters.
  void step(std::span<float> parameters, std::span<const float> grads);

 private:
  float learning_rate_;
  std::size_t steps_ = 0;
  std::vector<float> means_;
  std::vector<float> squares_;
};

}  // namespace longhand
