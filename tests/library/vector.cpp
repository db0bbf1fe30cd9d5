#include "longhand/vector.hpp"

#include <stdexcept>

#include "check.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(dot_is_the_sum_of_the_products) {
  const std::vector<float> left{1, 2, 3};
  const std::vector<float> right{4, 5, 6};
  BOOST_TEST(dot(left, right) == 32);
}

BOOST_AUTO_TEST_CASE(dot_refuses_vectors_of_different_lengths) {
  const std::vector<float> left(3);
  const std::vector<float> right(2);
  BOOST_CHECK_EXCEPTION(
      dot(left, right), std::invalid_argument,
      says("dot: left has 3 elements, right has 2: both must have the same number"));
  BOOST_CHECK_EXCEPTION(
      dot(right, left), std::invalid_argument,
      says("dot: left has 2 elements, right has 3: both must have the same number"));
}

BOOST_AUTO_TEST_CASE(sum_adds_all_elements_of_any_length) {
  for (std::size_t size = 0; size < 20; ++size) {
    std::vector<float> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(1U << i);
    BOOST_TEST(sum(values) == static_cast<float>((1U << size) - 1));
  }
}

// At 2^24 a float32 has no room for + 1. Four totals decide which small numbers are lost: here the
// large ones meet in total 0 and cancel, so that the ones in the other totals survive.
BOOST_AUTO_TEST_CASE(sum_keeps_four_running_totals) {
  const float large = 16777216;
  const std::vector<float> values{large, 1, 1, 1, -large, 0, 0, 0};
  BOOST_TEST(sum(values) == 3);
}

// What is left over after the last whole four goes into total 0, where the large numbers cancel. In
// totals 0 and 1 they would meet the one of total 1, and swallow it.
BOOST_AUTO_TEST_CASE(sum_adds_what_is_left_over_to_the_first_total) {
  const float large = 33554432;
  const std::vector<float> values{0, 1, 0, 0, -large, large};
  BOOST_TEST(sum(values) == 1);
  BOOST_TEST(sum(std::vector<float>{0, large, 0, 0, 1, -large, 0, 0}) == 1);  // none is left
}

// ((t0 + t1) + t2) + t3: a large t0 and its negative in t3 swallow the ones between them.
BOOST_AUTO_TEST_CASE(sum_joins_the_totals_from_left_to_right) {
  const float large = 16777216;
  BOOST_TEST(sum(std::vector<float>{large, 1, 1, -large}) == 0);
  BOOST_TEST(sum(std::vector<float>{large, -large, 1, 1}) == 2);
}
