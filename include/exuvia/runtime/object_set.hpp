// A set of old objects: one bit for each sixteen bytes of the address space they live in.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

// Bits come in chunks of 8 KiB, one for each touched MiB, in a sorted directory. Membership writes
// no object.
class ObjectSet {
 public:
  ObjectSet() noexcept = default;
  ObjectSet(const ObjectSet&) = delete;
  ObjectSet& operator=(const ObjectSet&) = delete;

  // False when there is no memory for the object's chunk.
  [[nodiscard]] bool try_insert(Storage& storage, const Header* header) noexcept;
  // True if it was in the set.
  bool erase(const Header* header) noexcept;
  [[nodiscard]] bool contains(const Header* header) const noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  // Calls visit(Header*) in address order. Neither set may change meanwhile.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < size_; ++i) for_each_in(entries_[i], visit);
  }

  // Moves every object of `other` here, without touching one. False, with both sets as they were,
  // when memory is short.
  [[nodiscard]] bool try_absorb(Storage& storage, ObjectSet& other) noexcept;

  void free(Storage& storage) noexcept;

  // Addresses between which all objects lie; equal where there are none.
  struct Span {
    std::uintptr_t begin;
    std::uintptr_t end;
  };
  [[nodiscard]] Span span() const noexcept {
    if (size_ == 0) return {0, 0};
    return {entries_[0].key << kChunkShift, (entries_[size_ - 1].key + 1) << kChunkShift};
  }

  // Bytes of side table in use.
  [[nodiscard]] std::size_t table_bytes() const noexcept;

 private:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr unsigned kChunkShift = 20;
  static constexpr std::size_t kWords = (std::size_t{1} << (kChunkShift - kGranuleShift)) / 64;

  struct Chunk {
    std::uint64_t words[kWords];
  };
  struct Entry {
    std::uintptr_t key;  // address >> kChunkShift
    Chunk* chunk;
  };

  template <class Visit>
  static void for_each_in(const Entry& entry, Visit&& visit) {
    const std::uintptr_t base = entry.key << kChunkShift;
    for (std::size_t w = 0; w < kWords; ++w) {
      for (std::uint64_t bits = entry.chunk->words[w]; bits != 0; bits &= bits - 1) {
        const std::size_t granule = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        visit(reinterpret_cast<Header*>(base + (granule << kGranuleShift)));
      }
    }
  }

  [[nodiscard]] std::size_t lower_bound(std::uintptr_t key) const noexcept;
  [[nodiscard]] Chunk* find(std::uintptr_t key) const noexcept {
    if (last_ < size_ && entries_[last_].key == key) return entries_[last_].chunk;
    return search(key);
  }
  [[nodiscard]] Chunk* search(std::uintptr_t key) const noexcept;
  [[nodiscard]] Chunk* try_add(Storage& storage, std::uintptr_t key) noexcept;
  [[nodiscard]] bool try_grow(Storage& storage) noexcept;

  Entry* entries_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t count_ = 0;
  mutable std::size_t last_ = 0;  // entry of the last hit
};

}  // namespace exuvia::runtime
