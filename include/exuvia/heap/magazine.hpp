// A stack of free blocks of one bin, ready to be handed out.
#pragma once

#include <cstddef>

namespace exuvia::heap {

// Blocks in a magazine are out of their pools. What was freed last is handed out first, while it is
// in the cache. Addresses are kept here and not in the blocks: neither freeing nor handing out
// touches a block, and a program that writes to a freed block cannot damage the heap.
//
//   top   | the next block to hand out, null when the magazine is empty
//   below | null | block | block | ...     the ones beneath it, the next one last
//                                  ^ end
//
// The top has a place of its own so that an allocation knows its block after one load and not two.
class Magazine {
 public:
  static constexpr unsigned kSlots = 60;

  // Frees beyond `capacity` blocks go to the pools.
  constexpr explicit Magazine(unsigned capacity = 0) noexcept
      : end_(below_), limit_(below_ + capacity) {}
  Magazine(const Magazine&) = delete;
  Magazine& operator=(const Magazine&) = delete;

  constexpr void set_capacity(unsigned capacity) noexcept { limit_ = below_ + capacity; }

  unsigned count() const noexcept { return static_cast<unsigned>(end_ - below_); }

  // Null when there is none.
  void* pop() noexcept {
    void* p = top_;
    if (p != nullptr) [[likely]] {
      void** end = end_ - 1;
      end_ = end;
      top_ = *end;
      __builtin_prefetch(*end, 1);  // the program will write there after its next allocation
    }
    return p;
  }

  // False when the magazine is full.
  bool try_push(void* p) noexcept {
    void** end = end_;
    if (end >= limit_) [[unlikely]]
      return false;
    *end = top_;
    top_ = p;
    end_ = end + 1;
    return true;
  }

  // Lets fill_slots(slots) put blocks into an empty magazine and say how many; the last is handed
  // out first.
  template <class Fill>
  void fill(Fill fill_slots) noexcept {
    end_ = below_ + fill_slots(below_ + 1);
    top_ = *end_;
  }

  // The i-th block to be handed out, counted from 0.
  const void* at(unsigned i) const noexcept { return i == 0 ? top_ : *(end_ - i); }

  // The parts agree with one another.
  bool is_consistent() const noexcept {
    return count() <= kSlots && below_[0] == nullptr && (top_ == nullptr) == (count() == 0);
  }

 private:
  void* top_ = nullptr;
  void** end_;
  void** limit_;
  void* below_[kSlots + 1] = {};  // makes a magazine 512 bytes, so that finding one is a shift
};

}  // namespace exuvia::heap
