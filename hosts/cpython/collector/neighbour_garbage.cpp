#include "cpython/collector/neighbour_garbage.hpp"

#include <cstdint>

#include "exuvia/base/relax.hpp"

namespace exuvia::cpython {
namespace {

// Blocks are given up when fewer than one in this many of their objects is found to be garbage.
constexpr std::size_t kWorthIt = 4;
// How many must have been freed before a helper is called: in checking builds any, as the tests'
// heaps are small.
#ifdef EXUVIA_CHECKS
constexpr std::size_t kSharedFrom = 1;
#else
constexpr std::size_t kSharedFrom = 20'000;
#endif
// How often to look whether the other one is done before sleeping: to be woken takes as long as
// some tens of thousands of instructions do.
constexpr unsigned kTurns = 1000;

void wait_for(const std::atomic<std::uint32_t>& counter, std::uint32_t least) noexcept {
  for (unsigned turn = 0;; ++turn) {
    // Acquire: pairs with the release in advance().
    const std::uint32_t now = counter.load(std::memory_order_acquire);
    if (now >= least) return;
    if (turn < kTurns) {
      base::relax();
    } else {
      counter.wait(now, std::memory_order_acquire);
    }
  }
}

void advance(std::atomic<std::uint32_t>& counter) noexcept {
  counter.fetch_add(1, std::memory_order_release);
  counter.notify_one();
}

}  // namespace

std::size_t NeighbourGarbage::free_some(CandidateWalk& walk, Candidates& rest) noexcept {
  if (PlainGarbage::is_unwatched() && blocks_[0].try_prepare()) {
    free_alone(walk, rest, kSharedFrom);
    if (freed_ >= kSharedFrom && is_worth_it() && try_share()) free_with_helper(walk, rest);
    free_alone(walk, rest, SIZE_MAX);
    last_->give_left_over(rest);
  }
  return freed_;
}

// Until `limit` are freed, if it is worth it so long.
void NeighbourGarbage::free_alone(CandidateWalk& walk, Candidates& rest,
                                  std::size_t limit) noexcept {
  while (freed_ < limit && is_worth_it() && blocks_[0].try_fill(*last_, walk)) {
    last_ = blocks_;
    last_->search();
    free(*last_, rest);
  }
}

bool NeighbourGarbage::try_share() noexcept {
  return workers_.prepare() > 1 && blocks_[1].try_prepare() && blocks_[2].try_prepare();
}

void NeighbourGarbage::free_with_helper(CandidateWalk& walk, Candidates& rest) noexcept {
  workers_.run([&](unsigned worker) noexcept {
    if (worker == 0) free_searched(rest);
    if (worker == 1) search_ahead(walk);
  });
}

// Hands out blocks, and last an empty one.
void NeighbourGarbage::search_ahead(CandidateWalk& walk) noexcept {
  bool is_last = false;
  for (Number number = 1; !is_last; ++number) {
    wait_for(returned_, number < kBlocks ? 0 : number - kBlocks + 1);
    NeighbourBlock& next = block(number);
    const NeighbourBlock& before = block(number - 1);
    if (stopping_.load(std::memory_order_relaxed)) {
      next.inherit(before);
      is_last = true;
    } else if (next.try_fill(before, walk)) {
      next.search();
    } else {
      is_last = true;
    }
    advance(searched_);
  }
}

void NeighbourGarbage::free_searched(Candidates& rest) noexcept {
  for (Number number = 1;; ++number) {
    wait_for(searched_, number + 1);
    last_ = &block(number);
    if (last_->size() == 0) return;
    free(*last_, rest);
    if (!is_worth_it()) stopping_.store(true, std::memory_order_relaxed);
    advance(returned_);
  }
}

void NeighbourGarbage::free(NeighbourBlock& block, Candidates& rest) noexcept {
  const std::size_t freed = block.free_unheld(rest);
  seen_ += block.size();
  freed_ += freed;
}

bool NeighbourGarbage::is_worth_it() const noexcept { return freed_ >= seen_ / kWorthIt; }

}  // namespace exuvia::cpython
