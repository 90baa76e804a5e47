// CPython 3.11: its instructions that other versions do not have.
#include "cpython/internals.hpp"

#include <opcode.h>

#include "cpython/collector/unstored_stack/bytecode.hpp"

namespace exuvia::cpython::bytecode::own {

Flow flow_of(int opcode, int argument) noexcept {
  switch (opcode) {
    case JUMP_IF_FALSE_OR_POP:
    case JUMP_IF_TRUE_OR_POP:
    case POP_JUMP_FORWARD_IF_FALSE:
    case POP_JUMP_FORWARD_IF_TRUE:
    case POP_JUMP_FORWARD_IF_NONE:
    case POP_JUMP_FORWARD_IF_NOT_NONE:
      return {true, argument};
    case POP_JUMP_BACKWARD_IF_FALSE:
    case POP_JUMP_BACKWARD_IF_TRUE:
    case POP_JUMP_BACKWARD_IF_NONE:
    case POP_JUMP_BACKWARD_IF_NOT_NONE:
      return {true, -argument};
    default:
      return {true, 0};
  }
}

// The effect of taking a call's arguments is ascribed to PRECALL, but CALL takes them.
int uncounted_operands(int opcode, int argument) noexcept { return opcode == CALL ? argument : 0; }

}  // namespace exuvia::cpython::bytecode::own
