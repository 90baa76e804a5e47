// How deep a frame's value stack is, from its bytecode.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython {

// The depths of the value stack around one instruction; -1: unknown.
struct StackDepth {
  int before = -1;
  int after = -1;
};

// Around the instruction of `code` that contains the code unit `offset`. An interpreter that
// executes does not store the depth of its innermost frame, but it is the same each time an
// instruction is reached: follow the control flow from the start and from the exception handlers.
// Cost: linear in the code's size. May allocate a bytes object.
StackDepth stack_depth_at(PyCodeObject* code, int offset) noexcept;

}  // namespace exuvia::cpython
