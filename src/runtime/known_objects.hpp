// In checking builds: the managed objects of all heaps, by address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "exuvia/platform/fork_safe_lock.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

// Tells whether a managed object begins at an address without a look at the memory there. An object
// of a heap is known from its birth until its storage is free, one of static storage since the
// first Ref to it. All threads may ask.
class KnownObjects {
 public:
  [[nodiscard]] static KnownObjects& instance();

  void add(const Header* object);
  void remove(const Header* object);
  [[nodiscard]] bool contains(const Header* object);

 private:
  static constexpr std::size_t kParts = 64;
  // So that threads seldom wait for each other.
  struct alignas(64) Part {
    platform::ForkSafeLock lock;
    std::unordered_set<const Header*> objects;
  };
  [[nodiscard]] Part& part_of(const Header* object) noexcept {
    return parts_[reinterpret_cast<std::uintptr_t>(object) / 64 % kParts];
  }

  std::array<Part, kParts> parts_;
};

}  // namespace exuvia::runtime
