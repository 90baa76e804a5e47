// Objects that are known to be atoms by their address.
#pragma once

#include "cpython/collector/static_objects.hpp"
#include "cpython/object_heap.hpp"

namespace exuvia::cpython {

// The interpreter's own; whatever begins where a block of our heap does, since a container's
// collector header lies before it; and whatever lies in the smallest blocks, where beside that
// header, the count and the type nothing is left for a reference.
class UntouchedAtoms {
 public:
  explicit UntouchedAtoms(const StaticObjects& statics) noexcept
      : statics_(statics), sizes_(object_heap().block_sizes()) {}

  [[gnu::always_inline]] bool contains(object::Address object) const noexcept {
    if (sizes_.covers(object)) [[likely]] {
      const std::size_t size = sizes_.size_of(object);
      return size <= kLargestAtom || sizes_.begins_block(object, size);
    }
    return statics_.contains(object) || object % kAlignment != 0;
  }

 private:
  static constexpr std::size_t kLargestAtom = 32;
  // Of what any allocator gives out; so what is not aligned is part of some image.
  static constexpr std::size_t kAlignment = 16;

  StaticObjects statics_;
  ObjectHeap::BlockSizes sizes_;
};

}  // namespace exuvia::cpython
