#include <algorithm>

#include "exercises.hpp"

// A tile of right is 16 lines, and stays in the cache for all rows. Beside it, each row needs one
// line of left and one of product.
void exercises::tiled_product(std::size_t rows, std::size_t inner_size, std::size_t cols,
                              const MultiplyAdd& multiply_add) {
  constexpr std::size_t tile = 16;
  for (std::size_t first_col = 0; first_col < cols; first_col += tile) {
    const std::size_t end_col = std::min(first_col + tile, cols);
    for (std::size_t first_inner = 0; first_inner < inner_size; first_inner += tile) {
      const std::size_t end_inner = std::min(first_inner + tile, inner_size);
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t inner = first_inner; inner < end_inner; ++inner) {
          for (std::size_t col = first_col; col < end_col; ++col) {
            multiply_add(row, inner, col);
          }
        }
      }
    }
  }
}
