// How several workers of one marking tell each other what they found.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "gc/work_stack.hpp"

namespace exuvia::gc {

// Mail between workers, and the agreement that all of it was read and nothing is left to do. Each
// worker owns a part of the address space and alone writes to its mark table.
class MarkExchange {
 public:
  using Letter = Chunk<Address>;

  static constexpr unsigned kMostWorkers = 16;
  // So many letters are worth waking who sleeps.
  static constexpr std::size_t kHandful = 8;
  // How often workers may run out of work, with less than a handful of letters meanwhile, before
  // they are told to stop: there is too little to share.
  static constexpr unsigned kMostWaits = 16;

  // Begins an agreement between `workers` workers, a power of two
  // up to kMostWorkers. None of them may be running.
  void open(unsigned workers) noexcept {
    workers_ = workers;
    waits_ = 0;
    posted_ = 0;
    done_ = false;
    stopping_.store(false, std::memory_order_relaxed);
  }

  // Who writes to the mark table at `address`, of `workers`.
  static unsigned owner_of(Address address, unsigned workers) noexcept {
    return static_cast<unsigned>(address >> kTerritoryShift) & (workers - 1);
  }

  void post(unsigned to, Letter* letter) noexcept;

  // The letters to `worker` in a list; null when there are none. Cheap then.
  Letter* take(unsigned worker) noexcept;

  // Whether so many letters are unread that who writes more should wait. A hint, cheap to ask.
  bool is_piled_up() const noexcept { return unread_.load(std::memory_order_relaxed) > kPile; }

  // Waits until there is a handful of letters for `worker`, or any when all wait; false when all
  // wait and there is none, or all are to stop.
  bool wait(unsigned worker) noexcept;

  // Whether everybody is to stop, though there is work left. A hint, cheap to ask.
  bool is_stopping() const noexcept { return stopping_.load(std::memory_order_relaxed); }

 private:
  static constexpr unsigned kTerritoryShift = 20;
  static constexpr std::size_t kPile = 128;

  // Alone in its cache line: everyone looks at his own all the time.
  struct alignas(64) Box {
    std::atomic<Letter*> first{nullptr};
    std::size_t count = 0;
    bool is_due = false;  // its letters are to be read however few they are
  };

  void call_readers() noexcept;
  bool is_worth_waking(unsigned worker) const noexcept;
  bool is_over() noexcept;

  std::array<Box, kMostWorkers> boxes_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned workers_ = 1;
  unsigned waiting_ = 0;
  unsigned waits_ = 0;
  std::size_t posted_ = 0;              // since somebody began to wait
  std::atomic<std::size_t> unread_{0};  // changed under the mutex
  bool done_ = false;
};

}  // namespace exuvia::gc
