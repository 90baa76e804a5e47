// Handing the unreachable objects to CPython's collector.
#pragma once

#include <cstddef>
#include <span>

#include "cpython/collector/aside.hpp"
#include "cpython/collector/candidates.hpp"
#include "cpython/collector/plain_garbage.hpp"

namespace exuvia::cpython {

// Performs CPython's own full collection of what is in the generations.
using CollectNow = void (*)() noexcept;

// Frees `objects` if they are plain, and counts them as collected.
[[nodiscard]] bool try_free(GcState& gc, std::span<const object::Address> objects,
                            const Finder& finder, PlainGarbage& plain) noexcept;

// Whether so much is unreachable that hand_over_slices is the faster, and most of it can be sliced.
bool is_worth_slicing(std::span<const object::Address> unreachable) noexcept;

// Whether to find out first which of `candidates` are unreachable: to hand them all over takes a
// long way through the lists for the sake of some that may live.
bool is_order_far(const GcState& gc, std::span<const object::Address> candidates) noexcept;

// Hides the other objects and leaves `candidates` (the unreachable, and maybe more) in the oldest
// generation, in the order of the lists as far as that is cheap to know or the program can tell:
// CPython runs finalizers in that order. When memory is short, it leaves all to CPython. Live young
// holders of atoms only (and old ones of a small heap) cease to be tracked, as when CPython
// examines them; returns how many.
std::size_t hand_over(GcState& gc, const Runs& candidates) noexcept;

// As above for many objects, in slices between which no reference runs. Plain slices are freed.
// Other slices without finalizers and weak references are collected here and now, one by one, so
// that CPython's passes over each stay in the cache; the rest is left for the collection that
// follows.
std::size_t hand_over_slices(GcState& gc, const Finder& finder, PlainGarbage& plain,
                             CollectNow collect) noexcept;

}  // namespace exuvia::cpython
