// The tracked objects that were not marked, found without walking the collector's lists.
#pragma once

#include <span>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/python_model.hpp"
#include "gc/mark_table.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {

// Adds every tracked object that is not marked and lies in one of the lists. `marks` says also what
// follows each marked object in its list; so what is a follower and not marked starts a run of
// unmarked objects, which is walked. `heads`: the lists' own heads, which end a run. In no
// particular order.
void find_candidates(gc::MarkTable<PythonModel::kGranuleShift>& marks,
                     std::span<PyGC_Head* const> heads,
                     gc::SideVector<Address>& candidates) noexcept;

}  // namespace exuvia::cpython
