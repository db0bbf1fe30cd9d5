#pragma once

#include <cstddef>

#include "longhand/matrix.hpp"

namespace longhand {

// A matrix in memory that belongs to something else: (row, col) is first[row * row_stride
// + col * col_stride]. A part of a matrix is a view too, and so is its transpose.
template <class Number>
struct BasicView {
  Number* first = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t row_stride = 0;
  std::size_t col_stride = 1;

  operator BasicView<const Number>() const {
    return {first, rows, cols, row_stride, col_stride};
  }

  // Of a view whose columns lie side by side: the numbers of a row.
  Number* row(std::size_t row) const { return first + row * row_stride; }

  BasicView block(std::size_t first_row, std::size_t first_col, std::size_t num_rows,
                  std::size_t num_cols) const {
    return {first + first_row * row_stride + first_col * col_stride, num_rows, num_cols,
            row_stride, col_stride};
  }
  BasicView transposed() const { return {first, cols, rows, col_stride, row_stride}; }
};

using View = BasicView<float>;
using ConstView = BasicView<const float>;

inline ConstView view(const Matrix& matrix) {
  return {matrix.values().data(), matrix.rows(), matrix.cols(), matrix.cols()};
}

}  // namespace longhand
