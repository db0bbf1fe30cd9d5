#include "longhand/matrix.hpp"

#include <limits>
#include <stdexcept>
#include <utility>

#include "require.hpp"

namespace longhand {

namespace {

void require_shape(const Matrix& matrix) {
  require(!is_negative(matrix.rows()) && !is_negative(matrix.cols()),
          "Matrix: the shape is ", matrix, ": a size is not negative");
  constexpr std::size_t most_numbers =
      std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  if (matrix.cols() != 0 && matrix.rows() > most_numbers / matrix.cols()) {
    throw std::length_error(
        "Matrix: a shape of " + shape_text(matrix) +
        " has more numbers than memory can hold: use fewer rows or columns");
  }
}

}  // namespace

Matrix::Matrix(std::size_t rows, std::size_t cols, float value)
    : rows_(rows), cols_(cols) {
  require_shape(*this);
  values_.resize(rows * cols, value);
}

Matrix::Matrix(std::size_t rows, std::size_t cols, std::vector<float> values)
    : rows_(rows), cols_(cols), values_(std::move(values)) {
  require_shape(*this);
  require(values_.size() == rows * cols, "Matrix: a shape of ", *this, " has ",
          Count{rows * cols, "number"}, ", ", values_.size(),
          " given: both must be the same");
}

Matrix::Matrix(Rows rows)
    : rows_(rows.size()), cols_(rows.size() == 0 ? 0 : rows.begin()->size()) {
  for (const std::initializer_list<float>& row : rows) {
    require(row.size() == cols_, "Matrix: row 0 has ", Count{cols_, "number"}, ", row ",
            &row - rows.begin(), " has ", row.size(),
            ": all rows must have the same length");
    values_.insert(values_.end(), row.begin(), row.end());
  }
}

std::span<float> Matrix::row(std::size_t row) & {
  return {values_.data() + checked_row(row) * cols_, cols_};
}

std::span<const float> Matrix::row(std::size_t row) const& {
  return {values_.data() + checked_row(row) * cols_, cols_};
}

std::vector<float> Matrix::row(std::size_t row) const&& {
  const std::span<const float> view = this->row(row);
  return {view.begin(), view.end()};
}

std::size_t Matrix::checked_row(std::size_t row) const {
  if (row < rows_) return row;
  throw std::out_of_range("Matrix: there is no row " + size_text(row) +
                          " in a matrix of shape " + shape_text(*this) +
                          ": rows count from 0");
}

void Matrix::throw_out_of_range(std::size_t row, std::size_t col) const {
  throw std::out_of_range("Matrix: there is no element (" + size_text(row) + ", " +
                          size_text(col) + ") in a matrix of shape " + shape_text(*this) +
                          ": rows and columns count from 0");
}

std::string shape_text(const Matrix& matrix) {
  return "(" + size_text(matrix.rows()) + ", " + size_text(matrix.cols()) + ")";
}

Matrix matmul(const Matrix& left, const Matrix& right) {
  require(left.cols() == right.rows(), "matmul: left is ", left, ", right is ", right,
          ": left's columns (", left.cols(), ") must equal right's rows (", right.rows(),
          ")");
  Matrix product(left.rows(), right.cols());
  for (std::size_t row = 0; row < left.rows(); ++row) {
    for (std::size_t col = 0; col < right.cols(); ++col) {
      float total = 0;
      for (std::size_t inner = 0; inner < left.cols(); ++inner) {
        total += left(row, inner) * right(inner, col);
      }
      product(row, col) = total;
    }
  }
  return product;
}

Matrix elementwise_product(const Matrix& left, const Matrix& right) {
  require(left.rows() == right.rows() && left.cols() == right.cols(),
          "elementwise_product: left is ", left, ", right is ", right,
          ": both must have the same shape");
  Matrix product(left.rows(), left.cols());
  for (std::size_t row = 0; row < left.rows(); ++row) {
    for (std::size_t col = 0; col < left.cols(); ++col) {
      product(row, col) = left(row, col) * right(row, col);
    }
  }
  return product;
}

Matrix transpose(const Matrix& matrix) {
  Matrix transposed(matrix.cols(), matrix.rows());
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    for (std::size_t col = 0; col < matrix.cols(); ++col) {
      transposed(col, row) = matrix(row, col);
    }
  }
  return transposed;
}

}  // namespace longhand
