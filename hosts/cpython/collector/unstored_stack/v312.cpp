// CPython 3.12 and 3.13: its instructions that other versions do not have.
#include "cpython/internals.hpp"

#include <opcode.h>

#include "cpython/collector/unstored_stack/bytecode.hpp"

namespace exuvia::cpython::bytecode::own {

Flow flow_of(int opcode, int argument) noexcept {
  switch (opcode) {
    case RETURN_CONST:
    case INTERPRETER_EXIT:
      return {false, 0};
    case POP_JUMP_IF_FALSE:
    case POP_JUMP_IF_TRUE:
    case POP_JUMP_IF_NONE:
    case POP_JUMP_IF_NOT_NONE:
      return {true, argument};
    default:
      return {true, 0};
  }
}

int uncounted_operands(int, int) noexcept { return 0; }

}  // namespace exuvia::cpython::bytecode::own
