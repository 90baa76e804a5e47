// CPython 3.13: where control goes after each instruction.
#include "cpython/internals.hpp"

#include <opcode.h>

#include "cpython/collector/version.hpp"

namespace exuvia::cpython::version {

Flow flow_of(int opcode, int argument) noexcept {
  switch (opcode) {
    case RETURN_VALUE:
    case RETURN_CONST:
    case INTERPRETER_EXIT:
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
    case POP_JUMP_IF_FALSE:
    case POP_JUMP_IF_TRUE:
    case POP_JUMP_IF_NONE:
    case POP_JUMP_IF_NOT_NONE:
      return {true, argument};
    default:
      return {true, 0};
  }
}

bool starts_generator(int opcode) noexcept { return opcode == RETURN_GENERATOR; }
int uncounted_operands(int, int) noexcept { return 0; }
bool extends_argument(int opcode) noexcept { return opcode == EXTENDED_ARG; }

}  // namespace exuvia::cpython::version
