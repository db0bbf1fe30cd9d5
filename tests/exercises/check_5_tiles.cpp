#include "check.hpp"

namespace exercises {

namespace {

// A cache of 32 lines that forgets the line which was used least recently.
struct Cache {
  // A float of one of the three matrices.
  void use(std::size_t matrix, std::size_t index) {
    const std::size_t line = matrix * 1000000 + index / 16;
    if (std::erase(lines, line) == 0) ++misses;
    lines.insert(lines.begin(), line);
    if (lines.size() > 32) lines.pop_back();
  }

  std::vector<std::size_t> lines = {};  // the most recently used first
  std::size_t misses = 0;
};

void check_steps(Check& check, decltype(tiled_product)* answer, std::size_t rows,
                 std::size_t inner_size, std::size_t cols) {
  const std::string what = call("tiled_product", rows, inner_size, cols);
  const auto sum = [&](std::size_t row, std::size_t col) {
    return " in " + what + " for row " + text(row) + ", col " + text(col);
  };
  std::vector<std::size_t> num_steps(rows * cols);
  answer(rows, inner_size, cols, [&](std::size_t row, std::size_t inner, std::size_t col) {
    if (row >= rows || inner >= inner_size || col >= cols) {
      throw Wrong(what + " calls " + call("multiply_add", row, inner, col) +
                  "\nrow must be below " + text(rows) + ", inner below " + text(inner_size) +
                  ", col below " + text(cols));
    }
    check.equal("the next inner" + sum(row, col), inner, num_steps[row * cols + col]++);
  });
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) {
      check.equal("the number of steps" + sum(row, col), num_steps[row * cols + col], inner_size);
    }
  }
}

}  // namespace

void check_tiles(Check& check, decltype(tiled_product)* answer) {
  check.law("each step is done once, and inner grows within each sum");
  check_steps(check, answer, 2, 3, 4);
  check_steps(check, answer, 1, 16, 16);
  check_steps(check, answer, 5, 17, 33);
  check_steps(check, answer, 19, 1, 3);
  check_steps(check, answer, 3, 0, 2);

  check.law("a product of 48 x 48 matrices misses the cache at most 1500 times");
  Cache cache;
  answer(48, 48, 48, [&](std::size_t row, std::size_t inner, std::size_t col) {
    cache.use(0, row * 48 + inner);
    cache.use(1, inner * 48 + col);
    cache.use(2, row * 48 + col);
  });
  if (cache.misses > 1500) {
    throw Wrong("the number of misses\nis " + text(cache.misses) + ", must be at most 1500");
  }
}

static const Exercise exercise_5_tiles("5_tiles", check_tiles, tiled_product);

}  // namespace exercises
