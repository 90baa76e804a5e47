// A set of old objects: one bit for each sixteen bytes of the address space they live in.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "exuvia/base/prefetch.hpp"
#include "exuvia/heap/geometry.hpp"
#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

// Bits come in chunks of 8 KiB, one for each touched MiB, and chunks in regions of half a GiB, of
// which a sorted directory knows. Membership writes no object.
class ObjectSet {
 public:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr std::size_t kWordBytes = std::size_t{64} << kGranuleShift;

  ObjectSet() noexcept = default;
  ObjectSet(const ObjectSet&) = delete;
  ObjectSet& operator=(const ObjectSet&) = delete;

  // False when there is no memory for the object's chunk.
  [[nodiscard]] bool try_insert(Storage& storage, const Header* header) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    Chunk* chunk = find_chunk(address);
    if (chunk == nullptr) [[unlikely]] {
      chunk = try_add_chunk(storage, address);
      if (chunk == nullptr) return false;
    }
    chunk->words[granule_of(address) / 64] |= bit_of(address);
    ++count_;
    return true;
  }
  class Writer;
  // What try_insert() will write.
  void prefetch(const Header* header) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    const Chunk* const chunk = find_chunk(address);
    if (chunk != nullptr) base::prefetch_to_write(&chunk->words[granule_of(address) / 64]);
  }
  // True if it was in the set.
  bool erase(const Header* header) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    Chunk* const chunk = find_chunk(address);
    if (chunk == nullptr) [[unlikely]]
      return false;
    std::uint64_t& word = chunk->words[granule_of(address) / 64];
    if ((word & bit_of(address)) == 0) return false;
    word &= ~bit_of(address);
    --count_;
    return true;
  }
  [[nodiscard]] bool contains(const Header* header) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    const Chunk* const chunk = find_chunk(address);
    return chunk != nullptr && (chunk->words[granule_of(address) / 64] & bit_of(address)) != 0;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  // Calls visit(Header*) in address order. Neither set may change meanwhile.
  template <class Visit>
  void for_each(Visit&& visit) const {
    (void)visit_from(0, [&visit](Header* header) {
      visit(header);
      return true;
    });
  }

  // As for_each(), from the address `from` on and for as long as visit() returns true. Returns the
  // address to go on from, or kEnd after the last object. The object that is visited may leave the
  // set meanwhile.
  template <class Visit>
  [[nodiscard, gnu::always_inline]] inline std::uintptr_t visit_from(std::uintptr_t from,
                                                                     Visit&& visit) const {
    return visit_words_from(from, [&visit](Word word) { return word.visit(visit); });
  }
  static constexpr std::uintptr_t kEnd = ~std::uintptr_t{0};

  // The objects among the 64 granules from an address on: bit n tells of granule n.
  struct Word {
    std::uintptr_t address;
    std::uint64_t bits;

    // As visit_from(), of these.
    template <class Visit>
    [[gnu::always_inline]] inline std::uintptr_t visit(Visit&& visit) const {
      for (std::uint64_t left = bits; left != 0; left &= left - 1) {
        const auto granule = static_cast<std::uintptr_t>(std::countr_zero(left));
        const std::uintptr_t at = address + (granule << kGranuleShift);
        if (!visit(reinterpret_cast<Header*>(at))) return at + (std::uintptr_t{1} << kGranuleShift);
      }
      return kEnd;
    }
    [[nodiscard]] std::uintptr_t end() const noexcept { return address + kWordBytes; }
  };

  // As visit_from(), but shows as many objects at a time as a word holds, at least one; visit(Word)
  // returns kEnd, or the address to stop at.
  template <class Visit>
  [[nodiscard, gnu::always_inline]] inline std::uintptr_t visit_words_from(std::uintptr_t from,
                                                                           Visit&& visit) const {
    for (std::size_t r = lower_bound(from >> kRegionShift); r < size_; ++r) {
      const std::uintptr_t base = regions_[r].key << kRegionShift;
      for (std::size_t c = from > base ? (from - base) >> kChunkShift : 0; c < kChunks; ++c) {
        if (regions_[r].chunks[c] == nullptr) continue;
        const std::uintptr_t stopped =
            visit_in(*regions_[r].chunks[c], base + (c << kChunkShift), from, visit);
        if (stopped != kEnd) return stopped;
      }
    }
    return kEnd;
  }

  // The objects on a pool of the heap's, so that whole pools can be told.
  struct PoolObjects {
    static constexpr std::size_t kBytes = heap::DefaultGeometry::kPoolSize;
    static constexpr std::size_t kMost = kBytes >> kGranuleShift;
    std::uintptr_t address;  // a multiple of kBytes
    std::size_t count = 0;
    std::uint64_t words[kBytes / kWordBytes] = {};

    // Calls visit(Header*) in address order.
    template <class Visit>
    void for_each(Visit&& visit) const {
      for (std::size_t w = 0; w < std::size(words); ++w) {
        (void)Word{address + w * kWordBytes, words[w]}.visit([&visit](Header* header) {
          visit(header);
          return true;
        });
      }
    }
  };

  // Takes objects out of the set: of each Word those whose bits choose(Word) returns. Calls
  // visit(PoolObjects) with those that have gone.
  template <class Choose, class Visit>
  void take(Choose&& choose, Visit&& visit) {
    for (std::size_t r = 0; r < size_; ++r) {
      for (std::size_t c = 0; c < kChunks; ++c) {
        if (regions_[r].chunks[c] == nullptr) continue;
        const std::uintptr_t base = (regions_[r].key << kRegionShift) + (c << kChunkShift);
        take_in(*regions_[r].chunks[c], base, choose, visit);
      }
    }
  }

  // Moves every object of `other` here, without touching one. False, with both sets as they were,
  // when memory is short.
  [[nodiscard]] bool try_absorb(Storage& storage, ObjectSet& other) noexcept;

  void free(Storage& storage) noexcept;

  // Addresses between which objects lie.
  struct Span {
    std::uintptr_t begin;
    std::uintptr_t end;
  };
  // Calls visit(Span), in address order, with spans of whole chunks that all objects lie in.
  // Between two of them is a wide gap.
  template <class Visit>
  void for_each_span(Visit&& visit) const {
    constexpr std::uintptr_t kWideGap = std::uintptr_t{16} << kChunkShift;
    Span span{0, 0};
    for (std::size_t r = 0; r < size_; ++r) {
      for (std::size_t c = 0; c < kChunks; ++c) {
        if (regions_[r].chunks[c] == nullptr) continue;
        const std::uintptr_t begin = (regions_[r].key << kRegionShift) + (c << kChunkShift);
        if (begin - span.end >= kWideGap) {
          if (span.end != 0) visit(span);
          span.begin = begin;
        }
        span.end = begin + (std::uintptr_t{1} << kChunkShift);
      }
    }
    if (span.end != 0) visit(span);
  }

  // Bytes of side table in use.
  [[nodiscard]] std::size_t table_bytes() const noexcept;

 private:
  static constexpr unsigned kWordShift = kGranuleShift + 6;
  static constexpr unsigned kChunkShift = 20;
  static constexpr unsigned kRegionShift = 29;
  static constexpr std::size_t kWords = (std::size_t{1} << (kChunkShift - kGranuleShift)) / 64;
  static constexpr std::size_t kChunks = std::size_t{1} << (kRegionShift - kChunkShift);

  struct Chunk {
    std::uint64_t words[kWords];
  };
  struct Region {
    std::uintptr_t key;  // address >> kRegionShift
    Chunk** chunks;      // kChunks of them, null where nothing is
  };

  // From the address `from` on, or from the chunk's first, which is at `base`.
  template <class Visit>
  [[gnu::always_inline]] static inline std::uintptr_t visit_in(const Chunk& chunk,
                                                               std::uintptr_t base,
                                                               std::uintptr_t from, Visit&& visit) {
    const std::size_t first = from > base ? (from - base) >> kGranuleShift : 0;
    std::uint64_t unwanted = (std::uint64_t{1} << (first % 64)) - 1;
    for (std::size_t w = first / 64; w < kWords; ++w, unwanted = 0) {
      const std::uint64_t bits = chunk.words[w] & ~unwanted;
      if (bits == 0) continue;
      const std::uintptr_t stopped = visit(Word{base + w * kWordBytes, bits});
      if (stopped != kEnd) return stopped;
    }
    return kEnd;
  }

  template <class Choose, class Visit>
  void take_in(Chunk& chunk, std::uintptr_t base, Choose&& choose, Visit&& visit) {
    constexpr std::size_t kPoolWords = PoolObjects::kBytes / kWordBytes;
    for (std::size_t first = 0; first < kWords; first += kPoolWords) {
      PoolObjects taken{base + first * kWordBytes};
      for (std::size_t w = 0; w < kPoolWords; ++w) {
        std::uint64_t& word = chunk.words[first + w];
        if (word == 0) continue;
        taken.words[w] = choose(Word{taken.address + w * kWordBytes, word});
        word &= ~taken.words[w];
        taken.count += static_cast<std::size_t>(std::popcount(taken.words[w]));
      }
      if (taken.count == 0) continue;
      count_ -= taken.count;
      visit(std::as_const(taken));
    }
  }

  // Within its chunk.
  [[nodiscard]] static std::size_t granule_of(std::uintptr_t address) noexcept {
    return (address >> kGranuleShift) % (kWords * 64);
  }
  [[nodiscard]] static std::uint64_t bit_of(std::uintptr_t address) noexcept {
    return std::uint64_t{1} << (granule_of(address) % 64);
  }
  [[nodiscard]] static std::size_t chunk_of(std::uintptr_t address) noexcept {
    return (address >> kChunkShift) % kChunks;
  }
  [[nodiscard]] std::size_t lower_bound(std::uintptr_t key) const noexcept;
  // The chunks of the region, null if there are none.
  [[nodiscard]] Chunk** find(std::uintptr_t key) const noexcept {
    if (last_ < size_ && regions_[last_].key == key) [[likely]]
      return regions_[last_].chunks;
    return search(key);
  }
  // Null if there is none. Neighbours are mostly asked for one after another.
  [[nodiscard]] Chunk* find_chunk(std::uintptr_t address) const noexcept {
    const std::uintptr_t key = address >> kChunkShift;
    return key == last_chunk_key_ ? last_chunk_ : search_chunk(address);
  }
  [[nodiscard]] Chunk* search_chunk(std::uintptr_t address) const noexcept {
    Chunk** const chunks = find(address >> kRegionShift);
    if (chunks == nullptr || chunks[chunk_of(address)] == nullptr) return nullptr;
    last_chunk_key_ = address >> kChunkShift;
    return last_chunk_ = chunks[chunk_of(address)];
  }
  [[nodiscard]] Chunk** search(std::uintptr_t key) const noexcept;
  [[nodiscard]] Chunk** try_add(Storage& storage, std::uintptr_t key) noexcept;
  [[nodiscard]] Chunk* try_add_chunk(Storage& storage, std::uintptr_t address) noexcept;
  [[nodiscard]] bool try_grow(Storage& storage) noexcept;
  void absorb_chunk(Storage& storage, Chunk*& to, Chunk*& from) noexcept;

  Region* regions_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t chunks_ = 0;
  std::size_t count_ = 0;
  mutable std::size_t last_ = 0;                                // region of the last hit
  mutable std::uintptr_t last_chunk_key_ = ~std::uintptr_t{0};  // address >> kChunkShift
  mutable Chunk* last_chunk_ = nullptr;
};

// Changes many, quickest where neighbours follow each other. Only when it has gone is the set
// what it was made.
class ObjectSet::Writer {
 public:
  explicit Writer(ObjectSet& set) noexcept : set_(set) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { write(); }

  // As the set's own, of an object that is not in it.
  [[nodiscard]] bool try_insert(Storage& storage, const Header* header) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    if (address >> kWordShift != key_) {
      Chunk* const known = set_.find_chunk(address);
      turn_to(known != nullptr ? known : set_.try_add_chunk(storage, address), address);
    }
    if (word_ == nullptr) [[unlikely]]
      return false;
    bits_ |= bit_of(address);
    ++inserted_;
    return true;
  }
  // As the set's own.
  bool erase(const Header* header) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(header);
    if (address >> kWordShift != key_) turn_to(set_.find_chunk(address), address);
    if ((bits_ & bit_of(address)) == 0) return false;
    bits_ &= ~bit_of(address);
    --inserted_;
    return true;
  }

 private:
  void turn_to(Chunk* chunk, std::uintptr_t address) noexcept {
    write();
    key_ = chunk != nullptr ? address >> kWordShift : kNowhere;
    word_ = chunk != nullptr ? &chunk->words[granule_of(address) / 64] : nullptr;
    bits_ = chunk != nullptr ? *word_ : 0;
  }
  void write() noexcept {
    if (word_ != nullptr) *word_ = bits_;
    set_.count_ += static_cast<std::size_t>(std::exchange(inserted_, 0));
  }

  static constexpr std::uintptr_t kNowhere = ~std::uintptr_t{0};
  ObjectSet& set_;
  std::uintptr_t key_ = kNowhere;  // address >> kWordShift
  std::uint64_t* word_ = nullptr;
  std::uint64_t bits_ = 0;  // what *word_ is to become
  std::ptrdiff_t inserted_ = 0;
};

}  // namespace exuvia::runtime
