// Whether several interpreters may be running at the same time, each under a lock of its own (PEP
// 684).
//
// The object and mem domains are called with an interpreter's lock held. While the main interpreter
// is the only one, that lock protects the heap too. A second interpreter is linked to the head of
// the runtime's list by a thread that holds the main interpreter's lock, and starts to run
// afterwards: so no thread is inside the heap at that moment, and whoever enters it next sees the
// new head. From then on, for good, the heap has its own lock: an interpreter that ends still frees
// memory after it left the list.
#pragma once

#include <Python.h>

namespace exuvia::cpython::interpreters {

// The head of the list that means "alone"; no interpreter's address until learn_main() and after
// forget_main().
extern PyInterpreterState* alone;

// Called in the main interpreter once it exists: from here on, calls under its lock need no other.
void learn_main() noexcept;

// Nobody is alone any more.
void forget_main() noexcept;

// Whether the main interpreter is the only one there is. Needs runtime::has_built_layout().
bool main_is_alone() noexcept;

// True if the interpreter's lock, which the caller holds, protects the heap. In
// interpreters_inl.hpp.
bool lock_protects_heap() noexcept;

}  // namespace exuvia::cpython::interpreters
