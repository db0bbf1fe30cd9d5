#pragma once

#include <cstddef>

#include "longhand/faster_loops.hpp"

namespace longhand {

// The innermost loops, compiled for one instruction set, with the tile that suits its registers.
struct Kernel {
  std::size_t rows;
  std::size_t lanes;
  // multiply_tile for so many rows, and for one.
  void (*multiply_tile)(const float* a, std::size_t row_stride, std::size_t k_stride,
                        const float* b, std::size_t depth, float* c, std::size_t c_stride,
                        bool add);
  void (*multiply_row)(const float* a, std::size_t row_stride, std::size_t k_stride, const float* b,
                       std::size_t depth, float* c, std::size_t c_stride, bool add);
  void (*online_softmax)(float* scores, std::size_t num_keys, float* max, float* sum,
                         float* context, std::size_t num_features);
};

constexpr std::size_t most_lanes = 32;

// Throws std::invalid_argument where this machine cannot run it.
const Kernel& kernel(InstructionSet instruction_set);

}  // namespace longhand
