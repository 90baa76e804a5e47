// Handing the unreachable objects to CPython's collector.
#pragma once

#include <cstddef>
#include <span>

#include "cpython/collector/aside.hpp"
#include "cpython/collector/python_model.hpp"
#include "gc/components.hpp"

namespace exuvia::cpython {

// Performs CPython's own full collection of what is in the generations.
using CollectNow = void (*)() noexcept;

using Slices = gc::Components<ExactPythonModel::kGranuleShift>;

// Hides the live objects and leaves `unreachable` (in address order) in the oldest generation, in
// the order of the lists as far as that is cheap to know: CPython runs finalizers in that order.
// When memory is short, it leaves all to CPython. Live young holders of atoms only (and old ones of
// a small heap) cease to be tracked, as when CPython examines them; returns how many.
std::size_t hand_over(GcState& gc, std::span<const object::Address> unreachable) noexcept;

// As above for many objects, in slices between which no reference runs. Slices without finalizers
// and weak references are collected here and now, one by one, so that CPython's passes over each
// stay in the cache; the others are left for the collection that follows.
std::size_t hand_over_slices(GcState& gc, const Slices& slices, CollectNow collect) noexcept;

}  // namespace exuvia::cpython
