#include "gc/work_stack.hpp"

#include <utility>

namespace exuvia::gc {

ChunkSource::~ChunkSource() {
  while (slabs_ != nullptr) {
    Slab* next = slabs_->next;
    memory_.unmap(slabs_, kSlabBytes);
    slabs_ = next;
  }
}

void* ChunkSource::try_take() noexcept {
  const std::lock_guard lock(mutex_);
  if (free_ != nullptr) return std::exchange(free_, free_->next);
  if (fresh_ == fresh_end_ && !try_map_slab()) return nullptr;
  return std::exchange(fresh_, fresh_ + kChunkBytes);
}

void ChunkSource::give_back(void* chunk) noexcept {
  const std::lock_guard lock(mutex_);
  free_ = new (chunk) Free{free_};
}

// The first chunk of a slab links the slabs; the others are for use.
bool ChunkSource::try_map_slab() noexcept {
  if (mapped_bytes_ + kSlabBytes > budget_bytes_) return false;
  void* memory = memory_.try_map(kSlabBytes, kSideGrain);
  if (memory == nullptr) return false;
  mapped_bytes_ += kSlabBytes;
  slabs_ = new (memory) Slab{slabs_};
  fresh_ = static_cast<std::byte*>(memory) + kChunkBytes;
  fresh_end_ = static_cast<std::byte*>(memory) + kSlabBytes;
  return true;
}

}  // namespace exuvia::gc
