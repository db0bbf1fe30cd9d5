#include "check.hpp"
#include "longhand/gradients.hpp"
#include "longhand/softmax.hpp"

namespace exercises {

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

  check.law("of four weights, it is the gradient that chapter 7 derives");
  const std::vector<float> weights = longhand::softmax(std::vector<float>{0.2F, -1, 0.7F, 0.1F});
  const std::vector<float> weights_gradient{1, -2, 0.5, 3};
  gradient_is(weights, weights_gradient,
              softmax_rows_grad(Matrix(1, 4, weights), Matrix(1, 4, weights_gradient)).row(0));
}

static const Exercise exercise_2_softmax_gradient("2_softmax_gradient", check_softmax_gradient,
                                                  softmax_gradient);

}  // namespace exercises
