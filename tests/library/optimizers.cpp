#include "longhand/optimizers.hpp"

#include <cmath>
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

// The mean is divided by its size and epsilon, both 1e-8.
BOOST_AUTO_TEST_CASE(a_gradient_as_small_as_epsilon_makes_half_a_step) {
  std::vector<float> parameters{0};
  Adam(1, 1).step(parameters, std::vector<float>{1e-8F});
  BOOST_TEST(std::abs(parameters[0] + 0.5F) < 1e-4F);
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
  const std::vector<float> grads{1}, two_grads{1, 2};
  const auto refuses = [](const auto& call, const std::string& text) {
    BOOST_CHECK_EXCEPTION(call(), std::invalid_argument, says(text));
  };
  for (const auto& [rate, text] : std::vector<std::pair<float, std::string>>{
           {0, "0"}, {-1, "-1"}, {INFINITY, "inf"}, {NAN, "nan"}}) {
    const std::string sentence =
        ": the learning rate is " + text + ": it must be a positive number";
    refuses([&, rate = rate] { descend(parameters, grads, rate); }, "descend" + sentence);
    refuses([rate = rate] { Adam(1, rate); }, "Adam" + sentence);
  }
  const std::string way_out = ": give a gradient for each parameter";
  refuses([&] { descend(parameters, two_grads, 1); },
          "descend: 1 parameter for 2 gradients" + way_out);
  const auto adam_refuses = [&](std::size_t num_parameters, std::size_t num_grads,
                                const std::string& numbers) {
    std::vector<float> of_parameters(num_parameters);
    refuses([&] { Adam(2, 1).step(of_parameters, std::vector<float>(num_grads)); },
            "Adam: " + numbers + way_out);
  };
  adam_refuses(1, 2, "1 parameter for 2 gradients");
  adam_refuses(2, 1, "2 parameters for 1 gradient");
  adam_refuses(1, 1, "2 parameters for 1 gradient");
  adam_refuses(3, 3, "2 parameters for 3 gradients");
  BOOST_TEST(parameters[0] == 1);
  refuses([] { Adam(static_cast<std::size_t>(-1), 1); },
          "Adam: num_parameters is -1: a size is not negative");
}
