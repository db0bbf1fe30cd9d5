#include "longhand/optimizers.hpp"

#include <cmath>

#include "require.hpp"

namespace longhand {
namespace {

void require_learning_rate(std::string_view function, float learning_rate) {
  require(std::isfinite(learning_rate) && learning_rate > 0, function,
          ": the learning rate is ", learning_rate, ": it must be a positive number");
}

void require_gradients(std::string_view function, std::size_t parameters,
                       std::size_t grads) {
  require(parameters == grads, function, ": ", Count{parameters, "parameter"}, " for ",
          Count{grads, "gradient"}, ": give a gradient for each parameter");
}

}  // namespace

void descend(std::span<float> parameters, std::span<const float> grads,
             float learning_rate) {
  require_learning_rate("descend", learning_rate);
  require_gradients("descend", parameters.size(), grads.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i] -= learning_rate * grads[i];
  }
}

Adam::Adam(std::size_t num_parameters, float learning_rate)
    : learning_rate_(learning_rate) {
  require_learning_rate("Adam", learning_rate);
  require_not_negative("Adam", "num_parameters", num_parameters);
  means_.resize(num_parameters);
  squares_.resize(num_parameters);
}

void Adam::step(std::span<float> parameters, std::span<const float> grads) {
  require_gradients("Adam", parameters.size(), grads.size());
  require_gradients("Adam", means_.size(), grads.size());
  constexpr float beta_1 = 0.9F, beta_2 = 0.999F, epsilon = 1e-8F;
  // In double, for 1 - beta^t of the first steps is small.
  const double t = static_cast<double>(++steps_);
  const float mean_part = static_cast<float>(1 - std::pow(0.9, t));
  const float square_part = static_cast<float>(1 - std::pow(0.999, t));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    means_[i] = beta_1 * means_[i] + (1 - beta_1) * grads[i];
    squares_[i] = beta_2 * squares_[i] + (1 - beta_2) * grads[i] * grads[i];
    const float mean = means_[i] / mean_part;
    const float square = squares_[i] / square_part;
    parameters[i] -= learning_rate_ * mean / (std::sqrt(square) + epsilon);
  }
}

}  // namespace longhand
