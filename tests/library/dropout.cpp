#include "longhand/dropout.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "check.hpp"
#include "longhand/multi_head_attention.hpp"

using namespace longhand;

const Matrix weights{{0.5, 0.25, 0.25}, {0.125, 0.375, 0.5}};

BOOST_AUTO_TEST_CASE(outside_training_nothing_is_dropped) {
  for (const double p : {0.0, 0.5, 1.0}) BOOST_TEST((Dropout(p).drop(weights) == weights));
}

BOOST_AUTO_TEST_CASE(a_probability_of_zero_or_one_draws_nothing_and_drops_nothing_or_all) {
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    Generator generator(3, stream);
    BOOST_TEST((Dropout(0, Training{generator}).drop(weights) == weights));
    BOOST_TEST((Dropout(1, Training{generator}).drop(weights) == Matrix(2, 3)));
    BOOST_TEST(generator.draw() == Generator(3).draw());
  }
}

// The state after the seed is 1, so that u is 1 / (2^31 - 1). PyTorch 2.6 with MKL keeps this
// element, which needs 1 - p in double.
BOOST_AUTO_TEST_CASE(a_probability_very_near_one_is_kept_in_double) {
  Generator generator(704738295, BernoulliStream::with_mkl);
  Dropout dropout(1 - 1e-9, Training{generator});
  BOOST_TEST(dropout.drop({{1}})(0, 0) > 9e8);
}

// 1 - p in double, then one over it in float32. PyTorch 1.13 prints 1.56006253; with 1 - p in float32
// it would be 1.56006229, and with the quotient in double 1.56006241.
BOOST_AUTO_TEST_CASE(what_is_kept_is_scaled_as_pytorch_rounds) {
  Generator generator(1);
  const Matrix dropped = Dropout(0.359, Training{generator}).drop(Matrix(5, 5, 1));
  BOOST_TEST(std::ranges::max(dropped.values()) == 1.56006253F, boost::test_tools::tolerance(0.0F));
}

// A tensor of several matrices is one pass: PyTorch drops it in one call.
BOOST_AUTO_TEST_CASE(the_second_matrix_goes_on_where_the_first_ended) {
  RandomNumbers random(5);
  const Matrix first = random.matrix(3, 4), second = random.matrix(3, 4);
  const Matrix both = transpose(join_heads({transpose(first), transpose(second)}));
  for (const BernoulliStream stream : {BernoulliStream::without_mkl, BernoulliStream::with_mkl}) {
    Generator generator_both(6, stream), generator_each(6, stream);
    Dropout dropout(0.5, Training{generator_each});
    const Matrix dropped_first = dropout.drop(first), dropped_second = dropout.drop(second);
    BOOST_TEST((transpose(join_heads({transpose(dropped_first), transpose(dropped_second)})) ==
                Dropout(0.5, Training{generator_both}).drop(both)));
  }
}

// 0 * NaN is NaN, as in PyTorch.
BOOST_AUTO_TEST_CASE(a_weight_that_is_not_a_number_stays_so_even_when_dropped) {
  Generator generator(7);
  BOOST_TEST(std::isnan(Dropout(1, Training{generator}).drop({{NAN}})(0, 0)));
}

BOOST_AUTO_TEST_CASE(what_is_no_probability_is_refused) {
  for (const auto& [p, text] : {std::pair{-0.1, "-0.1"}, {1.5, "1.5"}, {std::nan(""), "nan"}}) {
    BOOST_CHECK_EXCEPTION(
        Dropout{p}, std::invalid_argument,
        says("Dropout: p is " + std::string(text) + ": a probability is from 0 to 1"));
  }
}
