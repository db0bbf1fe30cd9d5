#include "longhand/self_attention.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "inputs.hpp"
#include "scaling_experiment.hpp"

using namespace longhand;
using walkthrough::inputs;

namespace {

const auto v1 = drawn<SelfAttentionV1>({.d_in = 3, .d_out = 2}, 1);

}  // namespace

// Exercise 3.1.
BOOST_AUTO_TEST_CASE(both_versions_agree_when_they_share_their_weights) {
  RandomNumbers random(1);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::size_t d_in = random.size(1, 9);
    const std::size_t d_out = random.size(1, 9);
    const auto v2 = drawn<SelfAttentionV2>({.d_in = d_in, .d_out = d_out}, seed);
    const SelfAttentionV1 shared{transpose(v2.W_query.weight), transpose(v2.W_key.weight),
                                 transpose(v2.W_value.weight)};
    const Matrix tokens = random.matrix(random.size(0, 8), d_in);
    BOOST_TEST((shared.forward(tokens) == v2.forward(tokens)));
  }
}

// Such as one that was not transposed.
BOOST_AUTO_TEST_CASE(a_layer_of_another_shape_is_refused) {
  const std::string text = ": all three must have the same shape";
  for (const auto layer : {&SelfAttentionV1::W_key, &SelfAttentionV1::W_value}) {
    for (const Matrix& other :
         {Matrix(2, 2), Matrix(2, 3), Matrix(4, 2), Matrix(3, 1), Matrix(3, 3)}) {
      SelfAttentionV1 odd = v1;
      odd.*layer = other;
      BOOST_CHECK_EXCEPTION(
          odd.forward(inputs), std::invalid_argument,
          says("SelfAttentionV1: W_query is (3, 2), W_key is " + shape_text(odd.W_key) +
               ", W_value is " + shape_text(odd.W_value) + text));
    }
  }
  SelfAttentionV2 v2 = drawn<SelfAttentionV2>({.d_in = 3, .d_out = 2}, 1);
  v2.W_key.weight = Matrix(4, 3);
  v2.W_value.weight = Matrix(3, 3);
  BOOST_CHECK_EXCEPTION(
      v2.forward(inputs), std::invalid_argument,
      says("SelfAttentionV2: W_query is (2, 3), W_key is (4, 3), W_value is (3, 3)" + text));
  BOOST_CHECK_EXCEPTION(SelfAttentionV2().forward(Matrix()), std::invalid_argument,
                        says("SelfAttentionV2: W_query is (0, 0): a model needs weights: draw "
                             "them, or set them"));
}

// By the fourth moments of uniform numbers, the mean of 1000 queries with ten keys each has a standard
// error of sqrt((0.2 + 0.744 / d_k) / 1000) of the variance. Four of them leave a good result in all
// but 1 of 15,000 experiments.
BOOST_AUTO_TEST_CASE(the_variance_of_the_scores_is_d_k) {
  Generator generator(1);
  for (const std::size_t d_k : {2U, 8U, 32U, 128U, 512U}) {
    const walkthrough::ScalingExperiment mean = walkthrough::scaling_experiment(d_k, generator);
    const double expected = static_cast<double>(d_k);
    const double standard_error = std::sqrt((0.2 + 0.744 / expected) / 1000);
    BOOST_TEST(std::abs(mean.variance / expected - 1) < 4 * standard_error);
  }
}

// What chapter 2 says of the experiment.
BOOST_AUTO_TEST_CASE(without_scaling_long_keys_give_one_key_nearly_everything) {
  Generator generator(5);
  const walkthrough::ScalingExperiment short_keys = walkthrough::scaling_experiment(2, generator);
  const walkthrough::ScalingExperiment long_keys = walkthrough::scaling_experiment(512, generator);
  BOOST_TEST(short_keys.largest_weight < 0.5);
  BOOST_TEST(long_keys.largest_weight > 0.9);
  BOOST_TEST(long_keys.largest_weight_over_root_of_d_k < 0.35);
  BOOST_TEST(long_keys.largest_weight_over_d_k < 0.11);
}

// Without a mask, self-attention knows no order. The sums run over the tokens in another order, so
// that last digits may differ: each is a weighted mean of at most 12 values below 3.
BOOST_AUTO_TEST_CASE(reversing_the_tokens_reverses_the_context_vectors) {
  const auto reversed = [](const Matrix& matrix) {
    Matrix result = matrix;
    for (std::size_t row = 0; row < matrix.rows(); ++row) {
      std::ranges::copy(matrix.row(matrix.rows() - 1 - row), result.row(row).begin());
    }
    return result;
  };
  RandomNumbers random(3);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::size_t d_in = random.size(1, 9);
    const auto v2 =
        drawn<SelfAttentionV2>({.d_in = d_in, .d_out = random.size(1, 9), .qkv_bias = true}, seed);
    const Matrix tokens = random.matrix(random.size(1, 12), d_in);
    const Matrix result = v2.forward(reversed(tokens)), expected = reversed(v2.forward(tokens));
    for (std::size_t i = 0; i < result.values().size(); ++i) {
      BOOST_TEST(std::abs(result.values()[i] - expected.values()[i]) < 5e-6);
    }
  }
}

BOOST_AUTO_TEST_CASE(scale_divides_by_the_square_root_of_d_k) {
  BOOST_TEST((scale({{6, -3}}, 9) == Matrix{{2, -1}}));
  for (const int d_k : {0, -1}) {
    BOOST_CHECK_EXCEPTION(
        scale({{6, -3}}, static_cast<std::size_t>(d_k)), std::invalid_argument,
        says("scale: d_k is " + std::to_string(d_k) + ": a key must have at least one number"));
  }
}

// d_k is the length of a key, whatever the length of a value.
BOOST_AUTO_TEST_CASE(values_may_be_of_another_length_than_keys) {
  RandomNumbers random(9);
  const Matrix queries = random.matrix(4, 3), keys = random.matrix(5, 3);
  const SelfAttentionSteps steps = self_attention(queries, keys, random.matrix(5, 2));
  BOOST_TEST((steps.scaled_scores == scale(steps.attn_scores, 3)));
  BOOST_TEST(steps.context_vecs.rows() == 4U);
  BOOST_TEST(steps.context_vecs.cols() == 2U);
}

BOOST_AUTO_TEST_CASE(incompatible_shapes_are_refused) {
  const Matrix queries(4, 3), keys(5, 3), values(5, 2);
  for (const std::size_t cols : {2U, 4U}) {
    BOOST_CHECK_EXCEPTION(
        self_attention(queries, Matrix(5, cols), values), std::invalid_argument,
        says("self_attention: queries are (4, 3), keys are (5, " + std::to_string(cols) +
             "): both must have the same number of columns"));
  }
  for (const std::size_t rows : {4U, 6U}) {
    BOOST_CHECK_EXCEPTION(
        self_attention(queries, keys, Matrix(rows, 2)), std::invalid_argument,
        says("self_attention: keys are (5, 3), values are (" + std::to_string(rows) +
             ", 2): both must have the same number of rows"));
  }
  for (const std::size_t cols : {2U, 4U}) {
    const std::string text = std::to_string(cols);
    BOOST_CHECK_EXCEPTION(
        v1.forward(Matrix(6, cols)), std::invalid_argument,
        says("SelfAttentionV1: inputs are (6, " + text +
             "), W_query is (3, 2): the inputs' columns (" + text + ") must equal d_in (3)"));
  }
  const auto v2 = drawn<SelfAttentionV2>({.d_in = 3, .d_out = 2}, 1);
  BOOST_CHECK_EXCEPTION(v2.forward(Matrix(6, 4)), std::invalid_argument,
                        says("Linear: inputs are (6, 4), weight is (2, 3): the inputs' columns (4) "
                             "must equal d_in (3)"));
}
