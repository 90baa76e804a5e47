// The blocks of a heap that are too large for its pools.
#pragma once

#include <cstddef>

#include "exuvia/heap/underlying.hpp"

namespace exuvia::runtime {

// Blocks of malloc's, in a ring, so that they can go with their heap as its pools do: those of
// immortal objects have no other end. Neither copied nor moved.
//
//   | previous 8 | next 8 | the block …
class LargeBlocks {
 public:
  LargeBlocks() noexcept = default;
  LargeBlocks(const LargeBlocks&) = delete;
  LargeBlocks& operator=(const LargeBlocks&) = delete;
  // Frees all blocks that are left.
  ~LargeBlocks();

  // Takes from and gives to `this`, which must outlive the result.
  [[nodiscard]] heap::Underlying as_underlying() noexcept;

 private:
  struct Link {
    Link* previous;
    Link* next;
  };

  static void* allocate(void* context, std::size_t size);
  static void* allocate_zeroed(void* context, std::size_t count, std::size_t size);
  static void* reallocate(void* context, void* p, std::size_t size);
  static void deallocate(void* context, void* p);
  static std::size_t usable_size(void* context, void* p);

  // The block behind the link, null if that is.
  [[nodiscard]] void* admit(Link* link) noexcept;
  static void unlink(const Link& link) noexcept;

  Link ring_{&ring_, &ring_};
};

}  // namespace exuvia::runtime
