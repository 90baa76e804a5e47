// A stack of free blocks of one bin, ready to be handed out.
#pragma once

#include <cstddef>
#include <cstdint>

namespace exuvia::heap {

// Blocks in a magazine are out of their pools. What was freed last is handed out first, while it is in the
// cache. Addresses are kept here and not in the blocks: neither freeing nor handing out touches a block, and
// a program that writes to a freed block cannot damage the heap.
struct Magazine {
  static constexpr unsigned kSlots = 61;

  std::uint32_t count = 0;
  std::uint32_t capacity = 0;  // frees beyond this go to the pools; 0 for bin 0
  void* slots[kSlots] = {};
};

}  // namespace exuvia::heap
