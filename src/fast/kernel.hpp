#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include "longhand/faster_loops.hpp"
#include "view.hpp"

namespace longhand {

constexpr std::size_t most_lanes = 32;

// What the online softmax keeps of the keys so far, for each query of a panel: the
// largest score, and the sum of the exponentials. Without keys, max is -inf and sum is 0.
struct RunningSoftmax {
  RunningSoftmax() {
    std::fill_n(max, most_lanes, -std::numeric_limits<float>::infinity());
  }
  alignas(64) float max[most_lanes];
  alignas(64) float sum[most_lanes] = {};
};

// The innermost loops, compiled for one instruction set, with the tile that suits its
// registers.
struct Kernel {
  std::size_t lanes;
  // c = a * b, or c += a * b if add is true: some rows a, and a panel b.
  void (*multiply)(const ConstView& a, const ConstView& b, const View& c, bool add);
  // The same, in tiles of one row: the step of chapter 5 before register tiles.
  void (*multiply_by_single_rows)(const ConstView& a, const ConstView& b, const View& c,
                                  bool add);
  void (*online_softmax)(const View& scores, RunningSoftmax& running,
                         const View& context);
};

// Throws std::invalid_argument if this machine cannot run it.
const Kernel& kernel(InstructionSet instruction_set);

}  // namespace longhand
