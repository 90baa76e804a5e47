#include "exuvia/runtime/object_set.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace exuvia::runtime {

namespace {

// Zeroed; null without memory.
template <class T>
T* try_new_zeroes(Storage& storage, std::size_t count) noexcept {
  void* const memory = storage.allocate(count * sizeof(T));
  return memory == nullptr ? nullptr : static_cast<T*>(std::memset(memory, 0, count * sizeof(T)));
}

}  // namespace

std::size_t ObjectSet::lower_bound(std::uintptr_t key) const noexcept {
  const Region* const found =
      std::lower_bound(regions_, regions_ + size_, key,
                       [](const Region& region, std::uintptr_t k) { return region.key < k; });
  return static_cast<std::size_t>(found - regions_);
}

ObjectSet::Chunk** ObjectSet::search(std::uintptr_t key) const noexcept {
  const std::size_t i = lower_bound(key);
  if (i == size_ || regions_[i].key != key) return nullptr;
  last_ = i;
  return regions_[i].chunks;
}

bool ObjectSet::try_grow(Storage& storage) noexcept {
  const std::size_t capacity = std::max<std::size_t>(capacity_ * 2, 4);
  auto* const regions = static_cast<Region*>(storage.allocate(capacity * sizeof(Region)));
  if (regions == nullptr) return false;
  std::copy_n(regions_, size_, regions);
  if (regions_ != nullptr) storage.deallocate(regions_, capacity_ * sizeof(Region));
  regions_ = regions;
  capacity_ = capacity;
  return true;
}

ObjectSet::Chunk** ObjectSet::try_add(Storage& storage, std::uintptr_t key) noexcept {
  if (Chunk** const known = find(key)) return known;
  if (size_ == capacity_ && !try_grow(storage)) return nullptr;
  auto** const chunks = try_new_zeroes<Chunk*>(storage, kChunks);
  if (chunks == nullptr) return nullptr;
  const std::size_t i = lower_bound(key);
  std::move_backward(regions_ + i, regions_ + size_, regions_ + size_ + 1);
  regions_[i] = {key, chunks};
  ++size_;
  last_ = i;
  return chunks;
}

ObjectSet::Chunk* ObjectSet::try_add_chunk(Storage& storage, std::uintptr_t address) noexcept {
  Chunk** const chunks = try_add(storage, address >> kRegionShift);
  if (chunks == nullptr) return nullptr;
  Chunk* const chunk = try_new_zeroes<Chunk>(storage, 1);
  if (chunk == nullptr) return nullptr;
  ++chunks_;
  return chunks[chunk_of(address)] = chunk;
}

void ObjectSet::absorb_chunk(Storage& storage, Chunk*& to, Chunk*& from) noexcept {
  if (from == nullptr) return;
  if (to == nullptr) {
    to = std::exchange(from, nullptr);
    ++chunks_;
    return;
  }
  for (std::size_t w = 0; w < kWords; ++w) to->words[w] |= from->words[w];
  storage.deallocate(std::exchange(from, nullptr), sizeof(Chunk));
}

bool ObjectSet::try_absorb(Storage& storage, ObjectSet& other) noexcept {
  for (std::size_t r = 0; r < other.size_; ++r) {
    if (try_add(storage, other.regions_[r].key) == nullptr) return false;
  }
  for (std::size_t r = 0; r < other.size_; ++r) {
    Chunk** const to = find(other.regions_[r].key);
    for (std::size_t c = 0; c < kChunks; ++c)
      absorb_chunk(storage, to[c], other.regions_[r].chunks[c]);
  }
  count_ += other.count_;
  other.free(storage);
  return true;
}

void ObjectSet::free(Storage& storage) noexcept {
  for (std::size_t r = 0; r < size_; ++r) {
    for (std::size_t c = 0; c < kChunks; ++c) {
      if (regions_[r].chunks[c] != nullptr)
        storage.deallocate(regions_[r].chunks[c], sizeof(Chunk));
    }
    storage.deallocate(regions_[r].chunks, kChunks * sizeof(Chunk*));
  }
  if (regions_ != nullptr) storage.deallocate(regions_, capacity_ * sizeof(Region));
  regions_ = nullptr;
  size_ = capacity_ = chunks_ = count_ = last_ = 0;
  last_chunk_key_ = ~std::uintptr_t{0};
}

std::size_t ObjectSet::table_bytes() const noexcept {
  return chunks_ * sizeof(Chunk) + size_ * kChunks * sizeof(Chunk*) + capacity_ * sizeof(Region);
}

}  // namespace exuvia::runtime
