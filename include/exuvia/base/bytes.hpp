// Byte units and the rounding of sizes and addresses.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace exuvia::base {

using Bytes = std::size_t;

inline constexpr Bytes kKiB = 1024;
inline constexpr Bytes kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;

// Smallest multiple of `alignment` (a power of two) that is not below `value`.
constexpr std::uintptr_t align_up(std::uintptr_t value, std::uintptr_t alignment) noexcept {
  return (value + alignment - 1) & ~(alignment - 1);
}

// Largest multiple of `alignment` (a power of two) that is not above `value`.
constexpr std::uintptr_t align_down(std::uintptr_t value, std::uintptr_t alignment) noexcept {
  return value & ~(alignment - 1);
}

// Whether `value` is a multiple of `alignment` (a power of two).
constexpr bool is_aligned(std::uintptr_t value, std::uintptr_t alignment) noexcept {
  return (value & (alignment - 1)) == 0;
}

}  // namespace exuvia::base
