// From any address to the arena that holds it, for arenas that lie anywhere. Never touches the
// address.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/base/bytes.hpp"
#include "exuvia/heap/arena.hpp"

namespace exuvia::heap {

// Two levels, as a page table. Addresses of user space have 47 bits on 64-bit machines (the system
// hands out higher ones only on request); what is above is nobody's.
//
//   | above: 0 | root index | leaf index (13 bits) | inside the arena |
//
// Memory comes from the platform and is given back by clear() only.
template <class Platform, class G>
class ArenaMap {
 public:
  // Null when no arena of this map holds `address`.
  Arena<G>* find(std::uintptr_t address) const noexcept {
    if (root_ == nullptr || (std::uint64_t{address} >> kAddressBits) != 0) return nullptr;
    const Leaf* leaf = root_->leaves[address >> kRootShift];
    return leaf == nullptr ? nullptr : leaf->arenas[leaf_index(address)];
  }

  // Makes room for an arena at `base`, so that set() works. False when out of memory.
  bool try_make_room(Platform& platform, const void* base) noexcept;

  // `arena` may be null: there is none any more.
  void set(const void* base, Arena<G>* arena) noexcept;

  void clear(Platform& platform) noexcept;

 private:
  static constexpr unsigned kAddressBits = sizeof(void*) == 8 ? 47 : 32;
  static constexpr unsigned kLeafBits = sizeof(void*) == 8 ? 13 : 6;
  static constexpr unsigned kRootShift = G::kArenaShift + kLeafBits;
  static constexpr std::size_t kRootSize = std::size_t{1} << (kAddressBits - kRootShift);

  struct Leaf {
    Arena<G>* arenas[std::size_t{1} << kLeafBits];
  };
  struct Root {
    Leaf* leaves[kRootSize];
  };

  static std::size_t leaf_index(std::uintptr_t address) noexcept {
    return (address >> G::kArenaShift) & ((std::size_t{1} << kLeafBits) - 1);
  }

  template <class T>
  static bool try_map(Platform& platform, T*& place) noexcept;
  template <class T>
  static void unmap(Platform& platform, T*& place) noexcept;

  Root* root_ = nullptr;
};

}  // namespace exuvia::heap
