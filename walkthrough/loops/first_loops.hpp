#pragma once

#include <cstddef>

#include "longhand/faster_loops.hpp"
#include "view.hpp"

namespace longhand {

// Chapter 5's matrix products before packing, and the loops that measure the peak and how
// fast memory is read, compiled for one instruction set.
struct FirstLoops {
  // product = left * right. Before, product is all zeros.
  using Multiply = void (*)(const ConstView& left, const ConstView& right,
                            const View& product);
  Multiply multiply_in_textbook_order;
  Multiply multiply_row_by_row;
  // Computes result = result * factor + term so many times, for `size` numbers in
  // registers.
  std::size_t size;
  void (*multiply_and_add)(std::size_t times, float factor, float term, float* result);
  // Reads `count` numbers so many times, as fast as they come, and writes `size` sums.
  void (*add_up)(std::size_t times, const float* numbers, std::size_t count,
                 float* result);
};

const FirstLoops& first_loops(InstructionSet instruction_set);

}  // namespace longhand
