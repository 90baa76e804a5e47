// Garbage whose references all stay among its neighbours.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "cpython/collector/candidates.hpp"
#include "cpython/collector/neighbour_block.hpp"
#include "cpython/collector/plain_garbage.hpp"
#include "gc/side_memory.hpp"
#include "gc/workers.hpp"

namespace exuvia::cpython {

// Objects made together tend to die together, and to lie together. So most plain garbage is found
// by trial deletion in blocks of candidates, each of which stays in the cache from the first look
// at it until it is freed. When there is much, a helper looks for the garbage in the next blocks
// while the owner of the interpreter frees what was found.
class NeighbourGarbage {
 public:
  NeighbourGarbage(const ExactPythonModel& model, const StaticObjects& statics, PlainGarbage& plain,
                   exuvia::gc::SideMemory& memory, exuvia::gc::Workers& workers) noexcept
      : workers_(workers),
        blocks_{NeighbourBlock(model, statics, plain, memory),
                NeighbourBlock(model, statics, plain, memory),
                NeighbourBlock(model, statics, plain, memory)} {}

  // Frees what it finds of the candidates, which are neighbours as far as they were made one after
  // the other, and adds the others to `rest`, as long as there is much to be found. Returns how
  // many objects were freed; none when memory is short.
  std::size_t free_some(CandidateWalk& walk, Candidates& rest) noexcept;

 private:
  static constexpr std::uint32_t kBlocks = 3;
  using Number = std::uint32_t;  // of a block, in the order of the walk

  NeighbourBlock& block(Number number) noexcept { return blocks_[number % kBlocks]; }

  void free_alone(CandidateWalk& walk, Candidates& rest, std::size_t limit) noexcept;
  bool try_share() noexcept;
  void free_with_helper(CandidateWalk& walk, Candidates& rest) noexcept;
  void search_ahead(CandidateWalk& walk) noexcept;
  void free_searched(Candidates& rest) noexcept;
  void free(NeighbourBlock& block, Candidates& rest) noexcept;
  bool is_worth_it() const noexcept;

  exuvia::gc::Workers& workers_;
  NeighbourBlock blocks_[kBlocks];
  NeighbourBlock* last_ = blocks_;  // that was filled
  std::size_t seen_ = 0;
  std::size_t freed_ = 0;
  // How many blocks were searched, and freed: the first one by its owner alone.
  std::atomic<Number> searched_{1};
  std::atomic<Number> returned_{1};
  // Relaxed: a block more or less is searched.
  std::atomic<bool> stopping_{false};
};

}  // namespace exuvia::cpython
