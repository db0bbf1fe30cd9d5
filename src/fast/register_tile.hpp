#pragma once

#include <cstddef>

namespace longhand {

// c(row, lane) = sum over k of a(row, k) * b(k, lane), or += that sum where add is true
//
// a(row, k) is a[row * row_stride + k * k_stride]; b is a panel, b[k * lanes + lane]; c(row, lane) is
// c[row * c_stride + lane]; depth, the number of k, is at least 1.
//
// The sums of a tile stay in registers from the first k to the last: each number of a is used for
// all lanes, each number of b for all rows. For that, rows and lanes are known to the compiler, and
// the loops over rows are unrolled, so that no register is named by a variable. The first product
// starts each sum: clearing the tile in a loop, GCC would clear it in memory. __restrict promises
// that c shares no memory with a and b.
// Source: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008, section 4.
template <std::size_t rows, std::size_t lanes>
[[gnu::always_inline]] inline void multiply_tile(const float* __restrict a, std::size_t row_stride,
                                                 std::size_t k_stride, const float* __restrict b,
                                                 std::size_t depth, float* __restrict c,
                                                 std::size_t c_stride, bool add) {
  float sums[rows][lanes];
#pragma GCC unroll 8
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[row][lane] = a[row * row_stride] * b[lane];
  }
  for (std::size_t k = 1; k < depth; ++k) {
#pragma GCC unroll 8
    for (std::size_t row = 0; row < rows; ++row) {
      const float a_row_k = a[row * row_stride + k * k_stride];
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        sums[row][lane] += a_row_k * b[k * lanes + lane];
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t row = 0; row < rows; ++row) {
    float* c_row = c + row * c_stride;
    if (add) {
      for (std::size_t lane = 0; lane < lanes; ++lane) c_row[lane] += sums[row][lane];
    } else {
      for (std::size_t lane = 0; lane < lanes; ++lane) c_row[lane] = sums[row][lane];
    }
  }
}

}  // namespace longhand
