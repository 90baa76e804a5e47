// What gc.get_stats() and gc.callbacks say of a full collection that was ours.
#pragma once

#include "cpython/collector/aside.hpp"

namespace exuvia::cpython::statistics {

// The sums over all full collections.
const gc_generation_stats& of_full_collections(GcState& gc) noexcept;

// Counts objects that a full collection found and freed.
void add_collected(GcState& gc, Py_ssize_t count) noexcept;

// Of one full collection, as CPython would have seen it.
struct Figures {
  Py_ssize_t examined;
  double seconds;
};

// After CPython performed its part, maybe in several collections: makes the sums and `info`, what
// the program's callbacks are told, those of one collection. `before`: the sums as they were.
// Returns how many of the objects found CPython's last call does not know of.
Py_ssize_t complete(GcState& gc, const gc_generation_stats& before, const Figures& figures,
                    PyObject* info) noexcept;

}  // namespace exuvia::cpython::statistics
