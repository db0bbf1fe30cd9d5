#include "longhand/softmax.hpp"

#include <cfloat>
#include <cmath>

#include "check.hpp"
#include "longhand/vector.hpp"

using namespace longhand;

// Rounding moves each weight, and the sum that divides them, by less than FLT_EPSILON for each score.
BOOST_AUTO_TEST_CASE(the_weights_of_any_scores_sum_to_one) {
  RandomNumbers random(8);
  for (std::size_t num_scores = 1; num_scores < 40; ++num_scores) {
    std::vector<float> scores = random.vector(num_scores);
    for (float& score : scores) score *= 20;
    double total = 0;
    for (const float weight : softmax(scores)) total += static_cast<double>(weight);
    BOOST_TEST(std::abs(total - 1) <= static_cast<double>(num_scores * FLT_EPSILON));
  }
}

// exp(x + c) / sum of exp(x + c): the factor exp(c) cancels. The scores are multiples of 1/8, so
// that adding the shift rounds nothing.
BOOST_AUTO_TEST_CASE(softmax_ignores_a_shift_of_all_scores_bit_for_bit) {
  RandomNumbers random(6);
  for (const float shift : {-1000.0F, -1.0F, 0.125F, 500.0F}) {
    std::vector<float> scores = random.vector(9);
    for (float& score : scores) score = std::round(score * 32) / 8;
    std::vector<float> shifted(scores);
    for (float& score : shifted) score += shift;
    BOOST_TEST(softmax(shifted) == softmax(scores), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_naive_formula_overflows_where_softmax_does_not) {
  const std::vector<float> large{1000, 1001, 1002};
  const std::vector<float> small{-1000, -1001, -1002};
  BOOST_TEST(all_are_nan(softmax_naive(large)));
  BOOST_TEST(all_are_nan(softmax_naive(small)));
  const std::vector<float> zeros{0, 0};
  BOOST_TEST(softmax_naive(std::vector<float>{88.5, 88.5}) == zeros,
             boost::test_tools::per_element());
  BOOST_TEST(softmax(std::vector<float>{88.5, 88.5})[0] == 0.5);
  BOOST_TEST(std::abs(softmax(large)[2] - 0.66524096) < 1e-6);
  BOOST_TEST(std::abs(softmax(small)[0] - 0.66524096) < 1e-6);
}

BOOST_AUTO_TEST_CASE(no_scores_give_no_weights) {
  BOOST_TEST(softmax({}).empty());
  BOOST_TEST(softmax_naive({}).empty());
  BOOST_TEST((softmax_rows(Matrix(0, 3)) == Matrix(0, 3)));
  BOOST_TEST((softmax_rows(Matrix(3, 0)) == Matrix(3, 0)));
}

// In whole fours, what is left over would move to another total.
BOOST_AUTO_TEST_CASE(scores_of_minus_infinity_at_the_end_change_no_bit_of_the_weights_before) {
  RandomNumbers random(5);
  for (std::size_t visible = 1; visible < 20; ++visible) {
    std::vector<float> scores = random.vector(visible);
    const std::vector<float> expected = softmax(scores);
    scores.resize(visible + 7, -INFINITY);
    std::vector<float> weights = softmax(scores);
    BOOST_TEST(weights.back() == 0);
    weights.resize(visible);
    BOOST_TEST(weights == expected);
  }
}

BOOST_AUTO_TEST_CASE(scores_that_are_all_minus_infinity_give_nan) {
  BOOST_TEST(all_are_nan(softmax(std::vector<float>{-INFINITY, -INFINITY})));
}

// Wherever it stands, one such score spoils the sum, and the sum divides every weight.
BOOST_AUTO_TEST_CASE(one_nan_or_infinite_score_gives_nan_throughout) {
  for (const float odd : {NAN, INFINITY}) {
    for (std::size_t position = 0; position < 5; ++position) {
      std::vector<float> scores{1, -INFINITY, 3, 2, 0};
      scores[position] = odd;
      BOOST_TEST(all_are_nan(softmax(scores)));
    }
  }
}

BOOST_AUTO_TEST_CASE(softmax_rows_treats_each_row_alone) {
  RandomNumbers random(7);
  const Matrix scores = random.matrix(4, 7);
  const Matrix weights = softmax_rows(scores);
  for (std::size_t query = 0; query < scores.rows(); ++query) {
    BOOST_TEST(weights.row(query) == softmax(scores.row(query)), boost::test_tools::per_element());
  }
}
