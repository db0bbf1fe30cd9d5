#pragma once

#include <functional>
#include <string>
#include <vector>

#include "longhand/faster_loops.hpp"
#include "longhand/matrix.hpp"
#include "longhand/multi_head_attention.hpp"

namespace walkthrough {

// Multi-head attention on the way from the clear code to the fast one. Each step computes
// the context vectors of one sequence, as the clear code does, with one idea more than
// the step before.
struct FasterStep {
  std::string name;
  std::function<longhand::Matrix(const longhand::MultiHeadAttention& attention,
                                 const longhand::Matrix& inputs,
                                 longhand::InstructionSet instruction_set)>
      forward;
};

// In the order of the chapter. The last is faster_forward with one thread.
std::vector<FasterStep> faster_steps();

// How many multiplications and additions multi-head attention needs for one sequence,
// when nothing is computed for masked scores: a softmax and a bias are not counted.
double floating_point_operations(std::size_t d_in, std::size_t d_out,
                                 std::size_t num_tokens);

// The most that one core can do: floating-point operations a second, in a loop that needs
// no memory.
double measure_peak(longhand::InstructionSet instruction_set);

// Bytes a second that one core reads, of so many that it reads again and again.
double measure_reading(longhand::InstructionSet instruction_set, std::size_t bytes);

}  // namespace walkthrough
