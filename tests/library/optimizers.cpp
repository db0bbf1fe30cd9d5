#include "longhand/optimizers.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "check.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(descent_goes_against_the_gradient_by_the_learning_rate) {
  std::vector<float> parameters{1, 2};
  descend(parameters, std::vector<float>{4, -8}, 0.25F);
  BOOST_TEST(parameters == (std::vector<float>{0, 4}));
}

// m / (1 - beta_1) is the first gradient, and v / (1 - beta_2) its square.
BOOST_AUTO_TEST_CASE(the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient) {
  std::vector<float> parameters{1, 1, 1};
  Adam adam(3, 0.5F);
  adam.step(parameters, std::vector<float>{1000, -0.001F, 0});
  BOOST_TEST(std::abs(parameters[0] - 0.5F) < 1e-4F);
  BOOST_TEST(std::abs(parameters[1] - 1.5F) < 1e-4F);
  BOOST_TEST(parameters[2] == 1);
}

// Of 1 and then 3: m = 0.1 * 0.9 + 0.3 over 0.19, v = 0.001 * 0.999 + 0.009 over 0.001999.
BOOST_AUTO_TEST_CASE(the_second_step_of_adam_remembers_the_first) {
  std::vector<float> parameters{0};
  Adam adam(1, 1);
  adam.step(parameters, std::vector<float>{1});
  const float first = parameters[0];
  adam.step(parameters, std::vector<float>{3});
  const double expected = (0.39 / 0.19) / std::sqrt(0.009999 / 0.001999);
  BOOST_TEST(std::abs((first - parameters[0]) - expected) < 1e-4);
}

BOOST_AUTO_TEST_CASE(a_learning_rate_that_is_none_and_missing_gradients_are_refused) {
  std::vector<float> parameters{1};
  for (const float rate : {0.0F, -1.0F, std::numeric_limits<float>::infinity(), std::nanf("")}) {
    BOOST_CHECK_THROW(descend(parameters, std::vector<float>{1}, rate), std::invalid_argument);
    BOOST_CHECK_THROW(Adam(1, rate), std::invalid_argument);
  }
  BOOST_CHECK_EXCEPTION(Adam(1, -1), std::invalid_argument,
                        says("Adam: the learning rate is -1: it must be a positive number"));
  BOOST_CHECK_EXCEPTION(
      descend(parameters, std::vector<float>{1, 2}, 1), std::invalid_argument,
      says("descend: there are 1 parameter and 2 gradients: each parameter needs one"));
  const auto refused = [](std::size_t parameters, std::size_t grads, const std::string& numbers) {
    std::vector<float> of_parameters(parameters);
    BOOST_CHECK_EXCEPTION(Adam(2, 1).step(of_parameters, std::vector<float>(grads)),
                          std::invalid_argument,
                          says("Adam: there are " + numbers + ": each parameter needs one"));
  };
  refused(1, 2, "1 parameter and 2 gradients");
  refused(2, 1, "2 parameters and 1 gradient");
  refused(1, 1, "2 parameters and 1 gradient");
  refused(3, 3, "2 parameters and 3 gradients");
}
