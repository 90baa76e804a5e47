// Garbage whose references all stay among its neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "cpython/collector/candidates.hpp"
#include "cpython/collector/plain_garbage.hpp"
#include "gc/side_memory.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {

// Objects made together tend to die together, and to lie together. So most plain garbage is found
// by trial deletion in blocks of a few thousand candidates: as in the search among all candidates,
// an object whose count its block explains is held by nobody else. A block stays in the cache from
// the first look at it until it is freed.
class NeighbourGarbage {
 public:
  NeighbourGarbage(const ExactPythonModel& model, const StaticObjects& statics, PlainGarbage& plain,
                   exuvia::gc::SideMemory& memory) noexcept
      : model_(model), statics_(statics), plain_(plain), entries_(memory), references_(memory) {}

  // Frees what it finds of `candidates`, which are neighbours as far as they were made one after
  // the other, and keeps the others. Returns how many objects were freed; none when memory is
  // short.
  std::size_t free_some(Candidates& candidates) noexcept;

 private:
  static constexpr std::size_t kBlock = 2048;
  static constexpr std::size_t kEntries = 4 * kBlock;
  using Index = std::uint32_t;

  // What is known of a candidate of the block.
  struct Entry {
    Address object;        // 0: the entry is free
    Index parent;          // an entry of the same component; its own: the component's root
    std::int32_t balance;  // references that the block does not explain; kHeld: held in any case
  };
  static constexpr std::int32_t kHeld = INT32_MAX;

  // From one object of the block to another.
  struct Reference {
    PyObject** place;
    Index from;
    Index to;
  };

  static std::size_t hash(Address object) noexcept;
  Entry& entry_for(Address object) const noexcept;
  Index index_of(const Entry& entry) const noexcept {
    return static_cast<Index>(&entry - entries_.data());
  }
  Index root_of(Index entry) const noexcept;
  bool is_held(Index entry) const noexcept;

  void search_block() noexcept;
  void prefetch_body(Address object) const noexcept;
  void enlist(std::size_t i) noexcept;
  void subtract_references_of(std::size_t i) noexcept;
  void hold_all() noexcept;
  void hold_components() noexcept;
  std::size_t free_unheld(Address* rest) noexcept;
  void forget_block() noexcept;

  const ExactPythonModel& model_;
  const StaticObjects statics_;
  PlainGarbage& plain_;
  exuvia::gc::SideArray<Entry> entries_;
  exuvia::gc::SideVector<Reference> references_;
  std::span<const Address> block_;
  Index used_[kBlock];  // the entry of each object of the block
};

}  // namespace exuvia::cpython
