// Exercise of chapter 5: a matrix product that fits the cache.
//
// A processor reads memory in lines, here of 16 floats, and keeps the last few lines in its cache,
// here 32 of them. The check simulates such a cache, and counts the misses: the reads and writes
// that find their line not in the cache. In a product of 48 x 48 matrices, the textbook order below
// misses 117648 times; inner and col exchanged, 7200 times. At most 1500 are allowed.
//
//   product(row, col) += left(row, inner) * right(inner, col)   for all row, inner, col
//
// left is rows x inner_size, right inner_size x cols, product rows x cols, any of them may be 0.
// multiply_add(row, inner, col) does one such step, and must be called once for each. For any one
// product(row, col), inner must grow from call to call, so that the sums keep their last bits.
//
// Hint: Cut inner and col into tiles of 16, with two more loops outside of all others. How many
// lines is a tile of right, and how often is it used before it may leave the cache? Sizes need not
// be multiples of 16.
//
// Check it with: meson compile -C build exercise_5_tiles

#include <algorithm>

#include "exercises.hpp"

void exercises::tiled_product(std::size_t rows, std::size_t inner_size, std::size_t cols,
                              const MultiplyAdd& multiply_add) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) {
      for (std::size_t inner = 0; inner < inner_size; ++inner) {
        multiply_add(row, inner, col);
      }
    }
  }
}
