// Trial deletion among a few thousand neighbours.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

#include "cpython/collector/candidates.hpp"
#include "cpython/collector/plain_garbage.hpp"
#include "gc/side_memory.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {

// A block of candidates that follow each other: an object whose count the references from the block
// explain is held by nobody else. Its tables are small enough to stay in the nearest cache.
//
//   while (block.try_fill(block, walk)) {
//     block.search();
//     freed += block.free_unheld(rest);
//   }
//
// To search only reads what the block names, and may be another thread's affair while the owner of
// the interpreter frees another block.
class NeighbourBlock {
 public:
  NeighbourBlock(const ExactPythonModel& model, const StaticObjects& statics, PlainGarbage& plain,
                 exuvia::gc::SideMemory& memory) noexcept
      : model_(model), statics_(statics), plain_(plain), tables_(memory), references_(memory) {}

  // False when there is no memory; the block must not be used then.
  [[nodiscard]] bool try_prepare() noexcept { return tables_.try_allocate(1); }

  // Begins with what `before`, the block filled last, left over (it may be this one), and goes on
  // with the walk; false when there is nothing.
  bool try_fill(const NeighbourBlock& before, CandidateWalk& walk) noexcept;

  // Becomes empty but for what `before` left over.
  void inherit(const NeighbourBlock& before) noexcept;

  // Finds out which objects nothing outside holds. Leaves over those at the end whose references
  // may be complete in the next block.
  void search() noexcept;

  // Frees the block but for what is held, which goes to `rest`; returns how many were freed.
  std::size_t free_unheld(Candidates& rest) noexcept;

  // Adds what was left over to `rest`.
  void give_left_over(Candidates& rest) const noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  using Index = std::uint16_t;
  using Balance = std::int32_t;

  // In checking builds fewer, as the tests' heaps are small.
#ifdef EXUVIA_CHECKS
  static constexpr std::size_t kMost = 256;
#else
  static constexpr std::size_t kMost = 2048;
#endif
  static constexpr std::size_t kSlots = 4 * kMost;
  static constexpr Balance kHeld = INT32_MAX;

  struct Tables {
    Address objects[kMost];
    Balance balances[kMost];  // references that the block does not explain; kHeld: held in any case
    Index parents[kMost];     // of the same component, not behind it; its own: the component's root
    Index slots[kSlots];      // 1 + the index of the object that is hashed there; 0: free
  };

  // From one object of the block to another.
  struct Reference {
    PyObject** place;
    Index from;
    Index to;
  };

  static std::size_t hash(Address object) noexcept;
  Index& slot_for(Address object) const noexcept;

  void enlist(Address object, bool begins_run) noexcept;
  void subtract_references_of(std::size_t i) noexcept;
  void connect(Index one, Index other) noexcept;
  bool is_explained(std::size_t begin, std::size_t end) const noexcept;
  std::size_t last_cut() const noexcept;
  void leave_over_from(std::size_t begin) noexcept;
  void hold_components() noexcept;
  Index root_of(Index i) const noexcept;

  const ExactPythonModel& model_;
  const StaticObjects statics_;
  PlainGarbage& plain_;
  std::size_t filled_ = 0;
  std::size_t size_ = 0;  // what is behind was left over
  std::bitset<kMost> begins_run_;
  exuvia::gc::SideArray<Tables> tables_;
  exuvia::gc::SideVector<Reference> references_;
};

}  // namespace exuvia::cpython
