#include "longhand/linear.hpp"

#include <stdexcept>

#include "check.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(a_linear_layer_multiplies_by_the_transposed_weight_and_adds_the_bias) {
  const Matrix weight{{1, 2, 3}, {10, 20, 30}};  // d_out 2, d_in 3
  const Matrix inputs{{1, 0, 0}, {1, 1, 1}};
  BOOST_TEST((Linear{weight}.forward(inputs) == Matrix{{1, 10}, {6, 60}}));
  BOOST_TEST((Linear{weight, {100, 200}}.forward(inputs) == Matrix{{101, 210}, {106, 260}}));
}

BOOST_AUTO_TEST_CASE(inputs_of_another_width_are_refused) {
  const Linear layer{Matrix(2, 3)};
  BOOST_CHECK_EXCEPTION(layer.forward(Matrix(6, 2)), std::invalid_argument,
                        says("Linear: inputs are (6, 2), weight is (2, 3): the inputs' columns (2) "
                             "must equal d_in (3)"));
  BOOST_CHECK_THROW(layer.forward(Matrix(6, 4)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_bias_of_another_length_is_refused) {
  const std::string text = ", weight is (2, 3): the bias must be of length d_out (2), or empty";
  const Linear too_long{Matrix(2, 3), {1, 2, 3}};
  BOOST_CHECK_EXCEPTION(too_long.forward(Matrix(6, 3)), std::invalid_argument,
                        says("Linear: bias has 3 elements" + text));
  const Linear too_short{Matrix(2, 3), {1}};
  BOOST_CHECK_EXCEPTION(too_short.forward(Matrix(6, 3)), std::invalid_argument,
                        says("Linear: bias has 1 element" + text));
}

BOOST_AUTO_TEST_CASE(weights_and_biases_are_parameters) {
  BOOST_TEST((Linear{Matrix(2, 3), {1, 2}}.num_parameters() == 8U));
}
