// What several workers of one tracing share: the work they gave away, and the agreement that all of
// it is done.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "gc/work_stack.hpp"

namespace exuvia::gc {

// Worker 0 is the calling thread, which owns the interpreter; objects that only it may trace are
// its inbox.
class SharedWork {
 public:
  using AddressChunk = Chunk<Address>;
  using SliceChunk = Chunk<Slice>;

  // What a worker out of work is given; exactly one is not null, or none when everything is done.
  struct Gift {
    AddressChunk* addresses = nullptr;  // to be examined
    SliceChunk* slices = nullptr;       // of objects already claimed
    AddressChunk* inbox = nullptr;      // objects already claimed, for worker 0 to trace
  };

  // Begins an agreement between `workers` workers. None of them may be running.
  void open(unsigned workers) noexcept {
    workers_ = workers;
    done_ = false;
  }

  // Whether some worker waits for work that nobody has given yet. A hint, cheap to ask.
  bool is_hungry() const noexcept { return hungry_.load(std::memory_order_relaxed); }

  void give(AddressChunk* chunk) noexcept;
  void give(SliceChunk* chunk) noexcept;
  void give_to_first(AddressChunk* chunk) noexcept;

  // Waits until there is work for `worker`, or all workers wait here and there is none: then every
  // one of them is given nothing.
  Gift wait_for_work(unsigned worker) noexcept;

 private:
  bool try_take(unsigned worker, Gift& gift) noexcept;
  void update_hungry() noexcept;
  template <class ChunkType>
  void push(ChunkType*& list, ChunkType* chunk) noexcept;
  template <class ChunkType>
  static ChunkType* pop(ChunkType*& list) noexcept;

  unsigned workers_ = 1;
  std::atomic<bool> hungry_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned waiting_ = 0;
  bool done_ = false;
  AddressChunk* addresses_ = nullptr;
  SliceChunk* slices_ = nullptr;
  AddressChunk* inbox_ = nullptr;
};

}  // namespace exuvia::gc
