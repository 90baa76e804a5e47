// Whether a full collection is worth taking over from CPython.
#pragma once

#include <cstddef>

#include "cpython/collector/aside.hpp"

namespace exuvia::cpython {

// Live objects below which CPython's own collection is as fast.
inline constexpr std::size_t kDefaultFloor = 30'000;

// False where CPython would be faster: few objects to examine, or few beside those that gc.freeze()
// exempted (CPython does not look at these at all, while marking has to go through them). `floor`
// 0: always true.
bool is_worth_taking(const GcState& gc, std::size_t floor) noexcept;

// About how many objects CPython would examine, by its own counters. Too high after a large part of
// the heap was released or frozen.
std::size_t estimated_objects(const GcState& gc) noexcept;

}  // namespace exuvia::cpython
