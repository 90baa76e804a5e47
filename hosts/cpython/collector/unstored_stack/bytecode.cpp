#include "cpython/internals.hpp"

#include "cpython/collector/unstored_stack/bytecode.hpp"

#include <opcode.h>

namespace exuvia::cpython::bytecode {

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
      return {true, argument};
    default:
      return own::flow_of(opcode, argument);
  }
}

bool starts_generator(int opcode) noexcept { return opcode == RETURN_GENERATOR; }
bool extends_argument(int opcode) noexcept { return opcode == EXTENDED_ARG; }

}  // namespace exuvia::cpython::bytecode
