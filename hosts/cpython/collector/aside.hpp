// The live objects' lists, out of CPython's sight while it collects the rest.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython {

using GcState = struct _gc_runtime_state;

// Between hide() and restore() the generations hold only what was put there since; gc.get_objects()
// would not see the live. Objects of the lists may die in between: they leave whatever list they
// are in. One a process.
namespace aside {

// Takes what is in the generations out, oldest first as CPython merges them, in O(1).
void hide(GcState& gc) noexcept;
// Puts it back to the front of the oldest generation, in O(1); nothing when nothing is hidden.
void restore(GcState& gc) noexcept;
bool is_hiding() noexcept;

}  // namespace aside
}  // namespace exuvia::cpython
