// A growing array in side memory.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "gc/side_memory.hpp"

namespace exuvia::gc {

// Items are appended at the end; when there is no memory the append is dropped and is_exhausted()
// says so.
template <class T>
class SideVector {
 public:
  explicit SideVector(SideMemory& memory) noexcept : memory_(&memory), items_(memory) {}

  void push_back(T item) noexcept {
    if (size_ == items_.size() && !try_grow()) return;
    items_[size_++] = item;
  }

  // Forgets all but the first `size` items, of which there are no fewer.
  void truncate(std::size_t size) noexcept { size_ = size; }
  void clear() noexcept {
    size_ = 0;
    exhausted_ = false;
  }
  void release() noexcept {
    clear();
    items_.release();
  }

  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) const noexcept { return items_[i]; }
  std::span<const T> view() const noexcept { return {items_.data(), size_}; }
  bool is_exhausted() const noexcept { return exhausted_; }
  std::size_t memory_bytes() const noexcept { return items_.memory_bytes(); }

 private:
  bool try_grow() noexcept {
    SideArray<T> larger(*memory_);
    const std::size_t least = kSideGrain / sizeof(T);
    if (exhausted_ || !larger.try_allocate(size_ == 0 ? least : 2 * size_)) {
      exhausted_ = true;
      return false;
    }
    if (size_ != 0) std::memcpy(larger.data(), items_.data(), size_ * sizeof(T));
    items_ = std::move(larger);
    return true;
  }

  SideMemory* memory_;
  SideArray<T> items_;
  std::size_t size_ = 0;
  bool exhausted_ = false;
};

}  // namespace exuvia::gc
