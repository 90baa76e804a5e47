// Where a heap of the runtime takes its memory from.
#pragma once

#include <cstddef>

#include "exuvia/heap/heap.hpp"
#include "exuvia/runtime/checks.hpp"
#include "exuvia/runtime/large_blocks.hpp"

namespace exuvia::runtime {

// Objects and side tables of one heap. Used by one thread at a time.
class Storage {
 public:
  Storage() noexcept = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  // Aligned to 16; null when memory is exhausted.
  [[nodiscard]] void* allocate(std::size_t bytes) noexcept {
    if constexpr (kChecks) {
      if (countdown_ != 0 && --countdown_ == 0) {
        has_failed_ = true;
        return nullptr;
      }
    }
    return heap_.try_allocate(bytes);
  }
  // The same, but null also where there is more to do than a look at a magazine.
  [[nodiscard]] void* try_allocate_at_once(std::size_t bytes) noexcept {
    return kChecks ? nullptr : heap_.try_allocate_at_once(bytes);
  }
  void deallocate(void* block, std::size_t bytes) noexcept { heap_.deallocate(block, bytes); }
  // Where blocks of that size go, for who frees many; null if not to a magazine.
  [[nodiscard]] heap::Magazine* magazine_for(std::size_t bytes) noexcept {
    return heap_.magazine_for(bytes);
  }
  // Many at once, of any sizes.
  void deallocate_all(void* const* blocks, std::size_t count) noexcept {
    heap_.deallocate_all(blocks, count);
  }
  // The same where all are known to go to `magazine`, unless that is null.
  void deallocate_all(void* const* blocks, std::size_t count, heap::Magazine* magazine) noexcept {
    const std::size_t pushed = magazine == nullptr ? 0 : magazine->push_leading(blocks, count);
    heap_.deallocate_all(blocks + pushed, count - pushed);
  }

  // Frees the pool that `block` lies on, if `count` blocks are all of it that is out.
  [[nodiscard]] bool try_deallocate_pool(const void* block, std::size_t count) noexcept {
    return heap_.try_deallocate_pool(block, count);
  }

  // Back to their pools go the blocks that wait to be handed out again.
  void empty_magazines() noexcept { heap_.empty_magazines(); }

  // The n-th allocation from now fails, once; 0 for none. In checking builds, for tests.
  void fail_at(std::size_t n) noexcept {
    countdown_ = n;
    has_failed_ = false;
  }
  // Whether it has come to that allocation.
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }

  // The heap underneath: statistics(), trim(), set_limit().
  using BlockHeap = std::conditional_t<kChecks, heap::HardenedHeap, heap::Heap>;
  [[nodiscard]] BlockHeap& blocks() noexcept { return heap_; }

 private:
  // The collector walks all over its objects, so huge pages are worth more to it than to an
  // allocator alone; below this size they might show in a small program's memory.
  static constexpr std::size_t kHugePagesFrom = 8 * base::kMiB;

  LargeBlocks large_blocks_;
  BlockHeap heap_{heap::Options{.huge_pages_from = kHugePagesFrom}, large_blocks_.as_underlying()};
  std::size_t countdown_ = 0;
  bool has_failed_ = false;
};

}  // namespace exuvia::runtime
