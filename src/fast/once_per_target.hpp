// Compiles the file that LONGHAND_LOOPS names once for each instruction set, in a
// namespace of its own.
//
// A function with a target attribute may use the instructions of its target, whatever the
// rest of the program is compiled for. That file puts LONGHAND_TARGET in front of its
// functions, takes tile_rows, lanes and lanes_of_register from here, and ends by defining
// the constant `loops`.
//
// Rows and lanes of the tiles: the sums take 10 of 16 registers with 4 lanes each, 12 of
// 16 with 8, 16 of 32 with 16, and on other machines 20 of 32 with 4. GCC and clang both
// keep these in registers.

#include <cstddef>

#include "compiler.hpp"
#include "longhand/faster_loops.hpp"

#ifdef LONGHAND_LOOPS

namespace longhand {
namespace {

#define LONGHAND_TARGET
namespace baseline {
#if defined(__x86_64__) || defined(_M_X64)
constexpr std::size_t tile_rows = 2;
#else
constexpr std::size_t tile_rows = 4;
#endif
constexpr std::size_t lanes = 20;
constexpr std::size_t lanes_of_register = 4;
#include LONGHAND_LOOPS
}  // namespace baseline
#undef LONGHAND_TARGET

#ifdef LONGHAND_HAS_TARGETS
#define LONGHAND_TARGET LONGHAND_TARGET_V3
namespace x86_64_v3 {
constexpr std::size_t tile_rows = 4;
constexpr std::size_t lanes = 24;
constexpr std::size_t lanes_of_register = 8;
#include LONGHAND_LOOPS
}  // namespace x86_64_v3
#undef LONGHAND_TARGET

#define LONGHAND_TARGET LONGHAND_TARGET_V4
namespace x86_64_v4 {
constexpr std::size_t tile_rows = 8;
constexpr std::size_t lanes = 32;
constexpr std::size_t lanes_of_register = 16;
#include LONGHAND_LOOPS
}  // namespace x86_64_v4
#undef LONGHAND_TARGET
#endif

// The loops compiled for an instruction set. Whether the machine has it, the caller
// knows.
const auto& loops_of(InstructionSet instruction_set) {
#ifdef LONGHAND_HAS_TARGETS
  if (instruction_set == InstructionSet::x86_64_v3) return x86_64_v3::loops;
  if (instruction_set == InstructionSet::x86_64_v4) return x86_64_v4::loops;
#endif
  (void)instruction_set;
  return baseline::loops;
}

}  // namespace
}  // namespace longhand

#endif
