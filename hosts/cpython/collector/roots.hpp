// Where the interpreter holds its objects from.
#pragma once

#include <vector>

#include "cpython/internals.hpp"
#include "object/model.hpp"

namespace exuvia::cpython {

// How the collection came about: some versions start automatic ones between two instructions of the
// innermost frame.
enum class Origin { kAutomatic, kCalled };

// Duplicates are possible.
struct Roots {
  std::vector<object::Address> owned;
  // Objects with references, in places whose own reference may have been given up already.
  std::vector<object::Address> doubtful;
};

// Adds the objects that the interpreter, its threads, their frames and the static types hold
// strongly. A root that is not listed costs the collector time, not correctness. The caller holds
// the interpreter's lock.
void collect_roots(PyThreadState* collecting, Origin origin, Roots& roots);

}  // namespace exuvia::cpython
