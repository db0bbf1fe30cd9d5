#include "longhand/matrix.hpp"

#include <limits>
#include <stdexcept>

#include "require.hpp"

namespace longhand {

Matrix::Matrix(std::size_t rows, std::size_t cols) : rows_(rows), cols_(cols) {
  if (cols != 0 && rows > std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float) / cols) {
    throw std::length_error("Matrix: a shape of " + shape_text(*this) +
                            " has more numbers than memory can hold: use fewer rows or columns");
  }
  values_.resize(rows * cols);
}

Matrix::Matrix(std::initializer_list<std::initializer_list<float>> rows)
    : rows_(rows.size()), cols_(rows.size() == 0 ? 0 : rows.begin()->size()) {
  for (const std::initializer_list<float>& row : rows) {
    require(row.size() == cols_, "Matrix: row 0 has ", cols_, " numbers, row ", &row - rows.begin(),
            " has ", row.size(), ": all rows must be equally long");
    values_.insert(values_.end(), row.begin(), row.end());
  }
}

std::span<float> Matrix::row(std::size_t row) & {
  return {values_.data() + checked_row(row) * cols_, cols_};
}

std::span<const float> Matrix::row(std::size_t row) const& {
  return {values_.data() + checked_row(row) * cols_, cols_};
}

std::size_t Matrix::checked_row(std::size_t row) const {
  if (row < rows_) return row;
  throw std::out_of_range("Matrix: row " + std::to_string(row) + " of a matrix of shape " +
                          shape_text(*this) + ": the row must be below " + std::to_string(rows_));
}

void Matrix::throw_out_of_range(std::size_t row, std::size_t col) const {
  throw std::out_of_range("Matrix: element (" + std::to_string(row) + ", " + std::to_string(col) +
                          ") of a matrix of shape " + shape_text(*this) +
                          ": the row must be below " + std::to_string(rows_) +
                          ", the column below " + std::to_string(cols_));
}

std::string shape_text(const Matrix& matrix) {
  return "(" + std::to_string(matrix.rows()) + ", " + std::to_string(matrix.cols()) + ")";
}

Matrix matmul(const Matrix& left, const Matrix& right) {
  require(left.cols() == right.rows(), "matmul: left is ", shape_text(left), ", right is ",
          shape_text(right), ": left's columns (", left.cols(), ") must equal right's rows (",
          right.rows(), ")");
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
