#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longhand {

// rows x cols numbers, one row after the other in memory: element (row, col) is number
// row * cols + col. A matrix may have no rows, or no columns; a sum over nothing is then zero.
class Matrix {
 public:
  Matrix() = default;

  // Each element is the value. Throws std::invalid_argument if a size is negative,
  // std::length_error if rows * cols numbers cannot exist, std::bad_alloc if memory runs out.
  explicit Matrix(std::size_t rows, std::size_t cols, float value = 0);

  // The values row by row. Throws std::invalid_argument if they are not rows * cols.
  explicit Matrix(std::size_t rows, std::size_t cols, std::vector<float> values);
  explicit Matrix(std::size_t rows, std::size_t cols, std::initializer_list<float> values)
      : Matrix(rows, cols, std::vector<float>(values)) {}

  // Matrix{{1, 2, 3}, {4, 5, 6}} is 2 x 3. Throws std::invalid_argument if the rows differ in
  // length.
  using Rows = std::initializer_list<std::initializer_list<float>>;
  Matrix(Rows rows);

  // A matrix that was moved from has no rows and no columns.
  Matrix(Matrix&& other) noexcept { *this = std::move(other); }
  Matrix& operator=(Matrix&& other) noexcept {
    rows_ = std::exchange(other.rows_, 0);
    cols_ = std::exchange(other.cols_, 0);
    values_ = std::exchange(other.values_, {});
    return *this;
  }
  Matrix(const Matrix& other) = default;
  Matrix& operator=(const Matrix& other) = default;

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }

  // One element. Throws std::out_of_range, naming the index and the shape.
  float& operator()(std::size_t row, std::size_t col) & { return values_[index(row, col)]; }
  float operator()(std::size_t row, std::size_t col) const& { return values_[index(row, col)]; }

  // One row, cols() numbers, seen in place as long as the matrix lives. Throws
  // std::out_of_range.
  std::span<float> row(std::size_t row) &;
  std::span<const float> row(std::size_t row) const&;

  // All numbers, row by row.
  std::span<float> values() & { return values_; }
  std::span<const float> values() const& { return values_; }

  // A temporary matrix is gone before a view of it is used, so it gives copies. Keep one as it is
  // (auto), not in a std::span, which would see what is gone.
  std::vector<float> row(std::size_t row) const&&;
  std::vector<float> values() const&& { return values_; }

  // The same shape, and the same numbers.
  bool operator==(const Matrix& other) const = default;

 private:
  std::size_t index(std::size_t row, std::size_t col) const {
    if (row >= rows_ || col >= cols_) throw_out_of_range(row, col);
    return row * cols_ + col;
  }
  std::size_t checked_row(std::size_t row) const;
  [[noreturn]] void throw_out_of_range(std::size_t row, std::size_t col) const;

  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::vector<float> values_;
};

// "(6, 3)": how errors name a shape.
std::string shape_text(const Matrix& matrix);

// product(row, col) = sum over inner of left(row, inner) * right(inner, col)
//
// left is rows x inner, right is inner x cols, the product is rows x cols.
// Throws std::invalid_argument if left's columns are not right's rows.
Matrix matmul(const Matrix& left, const Matrix& right);

// product(row, col) = left(row, col) * right(row, col), all of one shape.
// Throws std::invalid_argument if the shapes differ.
Matrix elementwise_product(const Matrix& left, const Matrix& right);

// transposed(col, row) = matrix(row, col): rows x cols becomes cols x rows.
Matrix transpose(const Matrix& matrix);

}  // namespace longhand
