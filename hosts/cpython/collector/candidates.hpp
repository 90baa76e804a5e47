// The tracked objects that were not marked, found without walking the collector's lists.
#pragma once

#include <span>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/python_model.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {

// Adds every tracked object that is not in `marks` and lies in a list whose first object is in
// `next`. `next` holds what follows each marked object in its list; so what is in `next` and not in
// `marks` starts a run of unmarked objects, which is walked. `heads`: the lists' own heads, which
// end a run and start none. In no particular order.
void find_candidates(const PythonModel::Bits& marks, const PythonModel::Bits& next,
                     std::span<PyGC_Head* const> heads,
                     gc::SideVector<Address>& candidates) noexcept;

}  // namespace exuvia::cpython
