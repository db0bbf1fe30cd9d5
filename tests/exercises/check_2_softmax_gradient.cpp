#include "check.hpp"

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

  // The weights of the scores 0.2, -1, 0.7 and 0.1. The slopes are those of the loss
  // 1 w_1 - 2 w_2 + 0.5 w_3 + 3 w_4 in double, with one score at a time 1e-4 up and 1e-4 down.
  check.law("it is the slope of the loss: a score a little up, a little down");
  gradient_is({0.2594200F, 0.0781358F, 0.4277113F, 0.2347329F}, {1, -2, 0.5, 3},
              {-0.0055004F, -0.2360641F, -0.2229243F, 0.4644889F});
}

static const Exercise exercise_2_softmax_gradient("2_softmax_gradient", check_softmax_gradient,
                                                  softmax_gradient);

}  // namespace exercises
