// A stack of free blocks of one bin, ready to be handed out.
#pragma once

#include <algorithm>
#include <cstddef>

#include "exuvia/base/prefetch.hpp"

namespace exuvia::heap {

// Blocks in a magazine are out of their pools. What was freed last is handed out first, while it is
// in the cache. Addresses are kept here and not in the blocks: neither freeing nor handing out
// touches a block, and a program that writes to a freed block cannot damage the heap.
//
//   slots | null | block | block | ...     the first slot ends the stack and is never handed out
//                           ^ top      ^ last
//
// The slots belong to someone else, so that the magazines of all bins lie side by side; aligned, so
// that finding one is a shift. What lies on top is also kept here, so that an allocation knows its
// block after one load and not two.
class alignas(4 * sizeof(void*)) Magazine {
 public:
  // `slots`: one more than `capacity`, the first of them null. They must outlive the magazine.
  // Frees beyond `capacity` blocks go to the pools.
  constexpr void use(void** slots, unsigned capacity) noexcept {
    bottom_ = top_ = slots;
    last_ = slots + capacity;
  }

  unsigned count() const noexcept { return static_cast<unsigned>(top_ - bottom_); }

  // Null when there is none.
  void* pop() noexcept {
    void* p = next_;
    if (p == nullptr) [[unlikely]]
      return nullptr;
    set_top(top_ - 1);
    base::prefetch_to_write(next_);  // the program will write there after its next allocation
    return p;
  }

  // False when the magazine is full.
  bool try_push(void* p) noexcept {
    void** top = top_;
    if (top == last_) [[unlikely]]
      return false;
    top[1] = p;
    next_ = p;
    top_ = top + 1;
    return true;
  }

  // As try_push() of the first of `blocks` for which belongs(block) is true, as far as there is
  // room. Returns how many.
  template <class Belongs>
  std::size_t push_leading(void* const* blocks, std::size_t count, Belongs belongs) noexcept {
    void** const top = top_;  // no write to a slot changes it
    const std::size_t room = std::min<std::size_t>(count, static_cast<std::size_t>(last_ - top));
    std::size_t pushed = 0;
    for (; pushed != room && belongs(blocks[pushed]); ++pushed) top[pushed + 1] = blocks[pushed];
    set_top(top + pushed);
    return pushed;
  }

  // The same of any blocks.
  std::size_t push_leading(void* const* blocks, std::size_t count) noexcept {
    return push_leading(blocks, count, [](const void*) { return true; });
  }

  // Lets fill_slots(slots) put blocks into an empty magazine and say how many; the last is handed
  // out first.
  template <class Fill>
  void fill(Fill fill_slots) noexcept {
    set_top(bottom_ + fill_slots(bottom_ + 1));
  }

  // Hands the `count` blocks that have lain here longest to take_blocks(blocks, count), and forgets
  // them. What stays moves down: cheaper than a ring, which every push and pop would pay for.
  template <class Take>
  void drain(unsigned count, Take take_blocks) noexcept {
    take_blocks(bottom_ + 1, count);
    for (void** slot = bottom_ + 1; slot + count <= top_; ++slot) *slot = slot[count];
    set_top(top_ - count);
  }

  // The i-th block to be handed out, counted from 0.
  const void* at(unsigned i) const noexcept { return *(top_ - i); }

  // The parts agree with one another.
  bool is_consistent() const noexcept {
    return *bottom_ == nullptr && top_ >= bottom_ && top_ <= last_ && next_ == *top_;
  }

 private:
  void set_top(void** top) noexcept {
    top_ = top;
    next_ = *top;
  }

  void* next_ = nullptr;  // *top_
  void** top_ = nullptr;
  void** last_ = nullptr;
  void** bottom_ = nullptr;
};

}  // namespace exuvia::heap
