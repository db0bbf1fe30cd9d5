#include "kernel.hpp"

#include <algorithm>

#include "online_softmax.hpp"
#include "register_tile.hpp"
#include "require.hpp"

namespace longhand {
namespace {

// A function with a target attribute may use these instructions, whatever the rest of the program is
// compiled for. A template cannot have an attribute for each of its instances, so each instruction
// set gets three functions that the templates are inlined into.
#define LONGHAND_KERNEL(instruction_set, target, tile_rows, tile_lanes)                            \
  namespace instruction_set {                                                                      \
  target void multiply_tile(const float* __restrict a, std::size_t row_stride,                     \
                            std::size_t k_stride, const float* __restrict b, std::size_t depth,    \
                            float* __restrict c, std::size_t c_stride, bool add) {                 \
    longhand::multiply_tile<tile_rows, tile_lanes>(a, row_stride, k_stride, b, depth, c, c_stride, \
                                                   add);                                           \
  }                                                                                                \
  target void multiply_row(const float* __restrict a, std::size_t row_stride,                      \
                           std::size_t k_stride, const float* __restrict b, std::size_t depth,     \
                           float* __restrict c, std::size_t c_stride, bool add) {                  \
    longhand::multiply_tile<1, tile_lanes>(a, row_stride, k_stride, b, depth, c, c_stride, add);   \
  }                                                                                                \
  target void online_softmax(float* __restrict scores, std::size_t num_keys,                       \
                             float* __restrict max, float* __restrict sum,                         \
                             float* __restrict context, std::size_t num_features) {                \
    longhand::online_softmax<tile_lanes>(scores, num_keys, max, sum, context, num_features);       \
  }                                                                                                \
  static_assert(tile_lanes <= most_lanes);                                                         \
  constexpr Kernel kernel{tile_rows, tile_lanes, multiply_tile, multiply_row, online_softmax};     \
  }

// Rows and lanes of the tiles: the sums take 10 of 16 registers with 4 lanes each, 12 of 16 with 8,
// 16 of 32 with 16, and on other machines 20 of 32 with 4. GCC and clang both keep these in registers.
#ifdef __x86_64__
LONGHAND_KERNEL(baseline, , 2, 20)
LONGHAND_KERNEL(x86_64_v3, [[gnu::target("avx2,fma")]], 4, 24)
LONGHAND_KERNEL(x86_64_v4, [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]], 8, 32)
#else
LONGHAND_KERNEL(baseline, , 4, 20)
#endif

}  // namespace

std::string_view instruction_set_name(InstructionSet instruction_set) {
  switch (instruction_set) {
    case InstructionSet::x86_64_v3:
      return "x86-64-v3";
    case InstructionSet::x86_64_v4:
      return "x86-64-v4";
    default:
      return "baseline";
  }
}

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::baseline};
#ifdef __x86_64__
  const bool has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_v3) sets.push_back(InstructionSet::x86_64_v3);
  if (has_v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    sets.push_back(InstructionSet::x86_64_v4);
  }
#endif
  return sets;
}

const Kernel& kernel(InstructionSet instruction_set) {
  const std::vector<InstructionSet> sets = instruction_sets();
  require(std::find(sets.begin(), sets.end(), instruction_set) != sets.end(),
          "faster_forward: this machine has no ", instruction_set_name(instruction_set),
          ": choose one of instruction_sets()");
#ifdef __x86_64__
  if (instruction_set == InstructionSet::x86_64_v3) return x86_64_v3::kernel;
  if (instruction_set == InstructionSet::x86_64_v4) return x86_64_v4::kernel;
#endif
  return baseline::kernel;
}

}  // namespace longhand
