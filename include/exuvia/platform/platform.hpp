// What the layers above ask of an operating system.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace exuvia::platform {

// Sizes are multiples of os_page_size(); addresses are aligned to it.
//
//   try_reserve(bytes, alignment)  address space without memory; touching it faults. Null when
//   refused. try_commit(p, bytes)           makes reserved memory usable (zeroed on first touch).
//   False when refused,
//                                  and then nothing has changed.
//   try_decommit(p, bytes)         gives the memory back; it stays usable and reads as zeros.
//                                  False when refused (locked memory), and then nothing has
//                                  changed.
//   try_uncommit(p, bytes)         gives the memory back and makes it fault again. False when
//   refused: some
//                                  of it may then still be usable.
//   release(p, bytes)              ends a reservation, or part of one. Must not fail.
//   populate(p, bytes)             hint: all of this committed memory is about to be written.
//   prefer_huge(p, bytes)          hint: huge pages are welcome here; forbid_huge: they are not.
//   now_ns()                       a monotonic clock, cheap, exact to some milliseconds.
template <class P>
concept Platform = requires(P& platform, void* p, std::size_t bytes) {
  { platform.os_page_size() }
  noexcept->std::same_as<std::size_t>;
  { platform.try_reserve(bytes, bytes) }
  noexcept->std::same_as<void*>;
  { platform.try_commit(p, bytes) }
  noexcept->std::same_as<bool>;
  { platform.try_decommit(p, bytes) }
  noexcept->std::same_as<bool>;
  { platform.try_uncommit(p, bytes) }
  noexcept->std::same_as<bool>;
  { platform.release(p, bytes) }
  noexcept;
  { platform.populate(p, bytes) }
  noexcept;
  { platform.prefer_huge(p, bytes) }
  noexcept;
  { platform.forbid_huge(p, bytes) }
  noexcept;
  { platform.now_ns() }
  noexcept->std::same_as<std::uint64_t>;
};

}  // namespace exuvia::platform
