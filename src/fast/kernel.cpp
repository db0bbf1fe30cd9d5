#include "kernel.hpp"

#include <algorithm>

#include "compiler.hpp"
#include "exponential.hpp"
#include "require.hpp"

#define LONGHAND_LOOPS "kernel_loops.inc"
#include "once_per_target.hpp"

namespace longhand {

std::string_view instruction_set_name(InstructionSet instruction_set) {
  switch (instruction_set) {
    case InstructionSet::baseline:
      return "baseline";
    case InstructionSet::x86_64_v3:
      return "x86-64-v3";
    case InstructionSet::x86_64_v4:
      return "x86-64-v4";
  }
  return "instruction set of that number";
}

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::baseline};
#ifdef LONGHAND_HAS_TARGETS
  if (machine_has_v3()) sets.push_back(InstructionSet::x86_64_v3);
  if (machine_has_v4()) sets.push_back(InstructionSet::x86_64_v4);
#endif
  return sets;
}

const Kernel& kernel(InstructionSet instruction_set) {
  const std::vector<InstructionSet> sets = instruction_sets();
  require(std::find(sets.begin(), sets.end(), instruction_set) != sets.end(),
          "faster_forward: this machine has no ", instruction_set_name(instruction_set),
          ": choose one of instruction_sets()");
  return loops_of(instruction_set);
}

}  // namespace longhand
