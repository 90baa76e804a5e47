// A heap that any thread may use.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "exuvia/heap/heap.hpp"
#include "exuvia/platform/fork_safe_lock.hpp"

namespace exuvia::heap {

// Who may call: any thread, at any time; a fork is safe, whatever other threads do. The calls are
// those of the heap within. Requests over 512 bytes, and foreign pointers, reach the underlying
// allocator without the lock, so that one must be safe for any thread as well.
template <class H>
class SharedHeap {
 public:
  using Platform = typename H::Platform;
  using Geometry = typename H::Geometry;

  explicit SharedHeap(const Options& options = {}, const Underlying& underlying = kMallocFamily,
                      typename H::Platform platform = {})
      : heap_(options, underlying, platform) {}

  void* try_allocate(std::size_t size) noexcept {
    if (size > Geometry::kLargestBlock)
      return heap_.try_allocate(size);  // reads nothing that changes
    const std::lock_guard guard(lock_);
    return heap_.try_allocate(size);
  }

  void* try_allocate_zeroed(std::size_t count, std::size_t size) noexcept {
    std::size_t total;
    const bool overflows = __builtin_mul_overflow(count, size, &total);
    if (overflows || total > Geometry::kLargestBlock) return heap_.try_allocate_zeroed(count, size);
    void* p = try_allocate(total);
    return p == nullptr ? nullptr : std::memset(p, 0, total);
  }

  void* try_reallocate(void* p, std::size_t size) noexcept {
    if (p == nullptr) return try_allocate(size);
    const std::size_t old = size_if_owned(p);
    if (old == 0) return heap_.underlying().reallocate(heap_.underlying().context, p, size);
    if (size <= Geometry::kLargestBlock) {
      const std::lock_guard guard(lock_);
      return heap_.try_reallocate(p, size);
    }
    void* moved = try_allocate(size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, p, std::min(old, size));
    deallocate(p);
    return moved;
  }

  void deallocate(void* p) noexcept {
    if (p != nullptr && !deallocate_if_ours(p)) {
      heap_.underlying().deallocate(heap_.underlying().context, p);
    }
  }

  void deallocate(void* p, std::size_t) noexcept { deallocate(p); }

  bool owns(const void* p) const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.owns(p);
  }

  bool covers(const void* p) const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.covers(p);
  }

  std::size_t usable_size(const void* p) const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.usable_size(p);
  }

  std::size_t trim(std::size_t budget = SIZE_MAX) noexcept {
    const std::lock_guard guard(lock_);
    return heap_.trim(budget);
  }

  void set_limit(std::size_t bytes) noexcept {
    const std::lock_guard guard(lock_);
    heap_.set_limit(bytes);
  }

  Statistics statistics() const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.statistics();
  }

  void print_statistics(std::FILE* file) const { heap::print_statistics(statistics(), file); }

  bool is_consistent() const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.is_consistent();
  }

 private:
  std::size_t size_if_owned(const void* p) const noexcept {
    const std::lock_guard guard(lock_);
    return heap_.owns(p) ? heap_.usable_size(p) : 0;
  }

  bool deallocate_if_ours(void* p) noexcept {
    const std::lock_guard guard(lock_);
    if (!heap_.covers(p)) return false;
    heap_.deallocate(p);
    return true;
  }

  mutable platform::ForkSafeLock lock_;
  H heap_;
};

}  // namespace exuvia::heap
