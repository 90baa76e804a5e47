#include "exuvia/runtime/object_set.hpp"

#include <algorithm>
#include <cstring>

namespace exuvia::runtime {

namespace {

std::uintptr_t address_of(const Header* header) noexcept {
  return reinterpret_cast<std::uintptr_t>(header);
}

}  // namespace

std::size_t ObjectSet::lower_bound(std::uintptr_t key) const noexcept {
  const Entry* const found =
      std::lower_bound(entries_, entries_ + size_, key,
                       [](const Entry& entry, std::uintptr_t k) { return entry.key < k; });
  return static_cast<std::size_t>(found - entries_);
}

ObjectSet::Chunk* ObjectSet::search(std::uintptr_t key) const noexcept {
  const std::size_t i = lower_bound(key);
  if (i == size_ || entries_[i].key != key) return nullptr;
  last_ = i;
  return entries_[i].chunk;
}

bool ObjectSet::try_grow(Storage& storage) noexcept {
  const std::size_t capacity = std::max<std::size_t>(capacity_ * 2, 16);
  auto* const entries = static_cast<Entry*>(storage.allocate(capacity * sizeof(Entry)));
  if (entries == nullptr) return false;
  std::copy_n(entries_, size_, entries);
  if (entries_ != nullptr) storage.deallocate(entries_, capacity_ * sizeof(Entry));
  entries_ = entries;
  capacity_ = capacity;
  return true;
}

ObjectSet::Chunk* ObjectSet::try_add(Storage& storage, std::uintptr_t key) noexcept {
  if (size_ == capacity_ && !try_grow(storage)) return nullptr;
  void* const memory = storage.allocate(sizeof(Chunk));
  if (memory == nullptr) return nullptr;
  std::memset(memory, 0, sizeof(Chunk));
  const std::size_t i = lower_bound(key);
  std::move_backward(entries_ + i, entries_ + size_, entries_ + size_ + 1);
  entries_[i] = {key, static_cast<Chunk*>(memory)};
  ++size_;
  last_ = i;
  return entries_[i].chunk;
}

bool ObjectSet::try_insert(Storage& storage, const Header* header) noexcept {
  const std::uintptr_t address = address_of(header);
  Chunk* chunk = find(address >> kChunkShift);
  if (chunk == nullptr) chunk = try_add(storage, address >> kChunkShift);
  if (chunk == nullptr) return false;
  const std::size_t granule = (address >> kGranuleShift) % (kWords * 64);
  chunk->words[granule / 64] |= std::uint64_t{1} << (granule % 64);
  ++count_;
  return true;
}

bool ObjectSet::erase(const Header* header) noexcept {
  const std::uintptr_t address = address_of(header);
  Chunk* const chunk = find(address >> kChunkShift);
  if (chunk == nullptr) return false;
  const std::size_t granule = (address >> kGranuleShift) % (kWords * 64);
  const std::uint64_t bit = std::uint64_t{1} << (granule % 64);
  if ((chunk->words[granule / 64] & bit) == 0) return false;
  chunk->words[granule / 64] &= ~bit;
  --count_;
  return true;
}

bool ObjectSet::contains(const Header* header) const noexcept {
  const std::uintptr_t address = address_of(header);
  const Chunk* const chunk = find(address >> kChunkShift);
  if (chunk == nullptr) return false;
  const std::size_t granule = (address >> kGranuleShift) % (kWords * 64);
  return (chunk->words[granule / 64] >> (granule % 64) & 1) != 0;
}

bool ObjectSet::try_absorb(Storage& storage, ObjectSet& other) noexcept {
  for (std::size_t i = 0; i < other.size_; ++i) {
    if (find(other.entries_[i].key) == nullptr &&
        try_add(storage, other.entries_[i].key) == nullptr) {
      return false;
    }
  }
  for (std::size_t i = 0; i < other.size_; ++i) {
    Chunk* const to = find(other.entries_[i].key);
    for (std::size_t w = 0; w < kWords; ++w) to->words[w] |= other.entries_[i].chunk->words[w];
  }
  count_ += other.count_;
  other.free(storage);
  return true;
}

void ObjectSet::free(Storage& storage) noexcept {
  for (std::size_t i = 0; i < size_; ++i) storage.deallocate(entries_[i].chunk, sizeof(Chunk));
  if (entries_ != nullptr) storage.deallocate(entries_, capacity_ * sizeof(Entry));
  entries_ = nullptr;
  size_ = capacity_ = count_ = last_ = 0;
}

std::size_t ObjectSet::table_bytes() const noexcept {
  return size_ * sizeof(Chunk) + capacity_ * sizeof(Entry);
}

}  // namespace exuvia::runtime
