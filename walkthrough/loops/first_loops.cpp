#include "first_loops.hpp"

#define LONGHAND_LOOPS "first_loops.inc"
#include "once_per_target.hpp"

namespace longhand {

const FirstLoops& first_loops(InstructionSet instruction_set) {
  return loops_of(instruction_set);
}

}  // namespace longhand
