// CPython 3.11: where control goes after each instruction.
#include "cpython/internals.hpp"

#include <opcode.h>

#include "cpython/collector/version.hpp"

namespace exuvia::cpython::version {

Flow flow_of(int opcode, int argument) noexcept {
  switch (opcode) {
    case RETURN_VALUE:
    case RAISE_VARARGS:
    case RERAISE:
      return {false, 0};
    case JUMP_FORWARD:
      return {false, argument};
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
      return {false, -argument};
    case FOR_ITER:
    case SEND:
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

bool starts_generator(int opcode) noexcept { return opcode == RETURN_GENERATOR; }
int uncounted_operands(int opcode, int argument) noexcept { return opcode == CALL ? argument : 0; }
bool extends_argument(int opcode) noexcept { return opcode == EXTENDED_ARG; }

}  // namespace exuvia::cpython::version
