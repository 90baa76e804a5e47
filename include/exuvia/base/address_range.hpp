// Addresses from one to another.
#pragma once

#include <cstdint>

namespace exuvia::base {

struct AddressRange {
  std::uintptr_t begin = 0;
  std::uintptr_t size = 0;

  bool contains(std::uintptr_t address) const noexcept { return address - begin < size; }
  bool overlaps(const AddressRange& other) const noexcept {
    return contains(other.begin) || other.contains(begin);
  }
};

// All but the last address.
inline constexpr AddressRange kEverywhere{0, UINTPTR_MAX};

}  // namespace exuvia::base
