#include "longhand/matrix.hpp"

#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "check.hpp"
#include "longhand/multi_head_attention.hpp"
#include "longhand/vector.hpp"

using namespace longhand;

BOOST_AUTO_TEST_CASE(a_matrix_keeps_its_rows_one_after_the_other) {
  const Matrix matrix{{1, 2, 3}, {4, 5, 6}};
  const std::vector<float> expected{1, 2, 3, 4, 5, 6};
  BOOST_TEST(matrix.values() == expected, boost::test_tools::per_element());
  BOOST_TEST(matrix(1, 0) == 4);
}

// A row is a view: what is written into it stands in the matrix.
BOOST_AUTO_TEST_CASE(a_row_is_seen_in_place) {
  Matrix matrix{{1, 2}, {3, 4}};
  matrix.row(1)[0] = 7;
  BOOST_TEST((matrix == Matrix{{1, 2}, {7, 4}}));
}

// A view of a temporary would outlive it.
static_assert(std::is_same_v<decltype(Matrix().row(0)), std::vector<float>>);
static_assert(std::is_same_v<decltype(Matrix().values()), std::vector<float>>);
static_assert(std::is_same_v<decltype(Matrix()(0, 0)), float>);
static_assert(std::is_same_v<decltype(List<Matrix>()[0]), Matrix>);
static_assert(std::is_same_v<decltype(List<Matrix>().at(0)), Matrix>);
static_assert(std::is_same_v<decltype(List<Matrix>().front()), Matrix>);
static_assert(std::is_same_v<decltype(List<Matrix>().back()), Matrix>);

BOOST_AUTO_TEST_CASE(what_is_taken_out_of_a_temporary_lives_on) {
  const Matrix matrix{{1, 2}, {3, 4}};
  const auto row = transpose(matrix).row(1);
  BOOST_TEST(row == std::vector<float>({2, 4}), boost::test_tools::per_element());
  BOOST_TEST(sum(transpose(matrix).row(1)) == 6);
  const Matrix& second = split_heads(matrix, 2)[1];
  BOOST_TEST((second == Matrix{{2}, {4}}));
}

BOOST_AUTO_TEST_CASE(a_matrix_can_be_made_of_zeros_of_a_value_or_of_all_values) {
  BOOST_TEST((Matrix(2, 3) == Matrix{{0, 0, 0}, {0, 0, 0}}));
  BOOST_TEST((Matrix(2, 3, 7) == Matrix{{7, 7, 7}, {7, 7, 7}}));
  BOOST_TEST((Matrix(2, 3, {1, 2, 3, 4, 5, 6}) == Matrix{{1, 2, 3}, {4, 5, 6}}));
  BOOST_CHECK_EXCEPTION(
      Matrix(2, 3, {1, 2}), std::invalid_argument,
      says("Matrix: a shape of (2, 3) has 6 numbers, 2 given: both must be the same"));
  for (const std::size_t given : {0U, 1U, 3U, 9U}) {
    BOOST_CHECK_THROW(Matrix(2, 3, std::vector<float>(given)), std::invalid_argument);
  }
  BOOST_CHECK_THROW(Matrix(0, 3, {1, 2}), std::invalid_argument);
  BOOST_CHECK_THROW(Matrix(3, 0, {1, 2}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(matrices_are_equal_only_when_shape_and_numbers_are) {
  BOOST_TEST((Matrix{{1, 2}} == Matrix{{1, 2}}));
  BOOST_TEST((Matrix{{1, 2}} != Matrix{{1, 3}}));
  BOOST_TEST((Matrix{{1, 2}} != Matrix{{1}, {2}}));
}

BOOST_AUTO_TEST_CASE(an_element_or_a_row_outside_of_the_shape_is_refused) {
  Matrix matrix(6, 3);
  BOOST_CHECK_EXCEPTION(matrix(6, 0), std::out_of_range,
                        says("Matrix: there is no element (6, 0) in a matrix of shape (6, 3): rows "
                             "and columns count from 0"));
  BOOST_CHECK_THROW(matrix(5, 3), std::out_of_range);
  BOOST_CHECK_NO_THROW(matrix(5, 2));
  const auto text =
      says("Matrix: there is no row 6 in a matrix of shape (6, 3): rows count from 0");
  BOOST_CHECK_EXCEPTION(matrix.row(6), std::out_of_range, text);
  BOOST_CHECK_EXCEPTION(std::as_const(matrix).row(6), std::out_of_range, text);
  BOOST_CHECK_THROW(Matrix().row(0), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(rows_of_different_lengths_are_refused) {
  BOOST_CHECK_EXCEPTION(
      (Matrix{{1, 2}, {3}}), std::invalid_argument,
      says("Matrix: row 0 has 2 numbers, row 1 has 1: all rows must have the same "
           "length"));
  BOOST_CHECK_EXCEPTION((Matrix{{1}, {2, 3}}), std::invalid_argument,
                        says("Matrix: row 0 has 1 number, row 1 has 2: all rows must have the same "
                             "length"));
}

// rows * cols would overflow to zero, and every later access would be out of bounds. The limit is the
// number of bytes that a pointer difference can count, four to a number.
BOOST_AUTO_TEST_CASE(a_shape_larger_than_memory_is_refused) {
  const std::size_t huge = std::size_t{1} << 62;
  const std::size_t most_numbers = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  for (const auto& [rows, cols] : {std::pair{huge, 4}, {most_numbers + 1, 1}}) {
    BOOST_CHECK_EXCEPTION(
        Matrix(rows, cols), std::length_error,
        says("Matrix: a shape of (" + std::to_string(rows) + ", " + std::to_string(cols) +
             ") has more numbers than memory can hold: "
             "use fewer rows or columns"));
  }
  BOOST_CHECK_THROW(Matrix(4, huge), std::length_error);
  BOOST_CHECK_THROW(Matrix(4, huge, std::vector<float>()), std::length_error);
}

BOOST_AUTO_TEST_CASE(a_negative_size_is_refused_and_named) {
  const auto minus_one = static_cast<std::size_t>(-1);
  BOOST_CHECK_EXCEPTION(Matrix(minus_one, 2), std::invalid_argument,
                        says("Matrix: the shape is (-1, 2): a size is not negative"));
  BOOST_CHECK_THROW(Matrix(2, minus_one), std::invalid_argument);
  BOOST_CHECK_THROW(Matrix(minus_one, 2, {1, 2}), std::invalid_argument);
  BOOST_CHECK_EXCEPTION(Matrix(2, 2)(minus_one, 0), std::out_of_range,
                        says("Matrix: there is no element (-1, 0) in a matrix of shape (2, 2): "
                             "rows and columns count from 0"));
}

BOOST_AUTO_TEST_CASE(a_matrix_that_was_moved_from_is_empty) {
  Matrix source{{1, 2}, {3, 4}};
  Matrix target = std::move(source);
  BOOST_TEST((target == Matrix{{1, 2}, {3, 4}}));
  BOOST_TEST((source == Matrix()));
  source = std::move(target);
  BOOST_TEST((source == Matrix{{1, 2}, {3, 4}}));
  BOOST_CHECK_THROW(target(0, 0), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_matrix_without_rows_or_columns_is_a_matrix) {
  const std::initializer_list<std::initializer_list<float>> no_rows;
  BOOST_TEST((Matrix(no_rows) == Matrix()));
  BOOST_TEST((Matrix{{}, {}}.rows() == 2));
  BOOST_TEST((Matrix{{}, {}}.cols() == 0));
  const Matrix without_columns(2, 0);
  BOOST_TEST(without_columns.row(1).empty());
}

BOOST_AUTO_TEST_CASE(matmul_takes_rows_of_the_left_against_columns_of_the_right) {
  const Matrix left{{1, 2, 3}, {4, 5, 6}};
  const Matrix right{{1, 0}, {10, 1}, {100, 2}};
  BOOST_TEST((matmul(left, right) == Matrix{{321, 8}, {654, 17}}));
  BOOST_TEST((matmul(Matrix(2, 0), Matrix(0, 3)) == Matrix(2, 3)));  // a sum over nothing is zero
  BOOST_TEST((matmul(Matrix(0, 3), Matrix(3, 2)) == Matrix(0, 2)));
}

BOOST_AUTO_TEST_CASE(matmul_refuses_incompatible_shapes) {
  BOOST_CHECK_EXCEPTION(matmul(Matrix(6, 3), Matrix(2, 3)), std::invalid_argument,
                        says("matmul: left is (6, 3), right is (2, 3): left's columns (3) must "
                             "equal right's rows (2)"));
  BOOST_CHECK_EXCEPTION(matmul(Matrix(6, 2), Matrix(3, 2)), std::invalid_argument,
                        says("matmul: left is (6, 2), right is (3, 2): left's columns (2) must "
                             "equal right's rows (3)"));
}

BOOST_AUTO_TEST_CASE(an_elementwise_product_needs_equal_shapes) {
  const Matrix left{{1, 2, 3}, {4, 5, 6}}, right{{10, 1, 0}, {1, 2, 3}};
  BOOST_TEST((elementwise_product(left, right) == Matrix{{10, 2, 0}, {4, 10, 18}}));
  for (const Matrix& other : {Matrix(1, 3), Matrix(3, 3), Matrix(2, 2), Matrix(2, 4)}) {
    BOOST_CHECK_EXCEPTION(elementwise_product(left, other), std::invalid_argument,
                          says("elementwise_product: left is (2, 3), right is " +
                               shape_text(other) + ": both must have the same shape"));
  }
}

BOOST_AUTO_TEST_CASE(transpose_swaps_rows_and_columns) {
  BOOST_TEST((transpose(Matrix{{1, 2, 3}, {4, 5, 6}}) == Matrix{{1, 4}, {2, 5}, {3, 6}}));
}
