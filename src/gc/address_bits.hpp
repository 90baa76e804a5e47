// One bit for each granule of address space.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "exuvia/base/prefetch.hpp"
#include "gc/bit_words.hpp"
#include "gc/leaf_table.hpp"
#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

// A set of granules (2^GranuleShift bytes of address space each), in a table of leaves: one bit a
// granule, 0.4 % at 32 bytes, of the address space in use. Beside its bits a leaf keeps one byte
// for each OS page of them that was ever written: scans skip the others, and clear() and
// memory_bytes() know what was touched.
//
// Any number of threads may test and set at once. test_and_set is a relaxed load and a relaxed
// store without a lock prefix: two workers that set different bits of one word at the same time may
// lose one of them. Users must take a bit that is clear as "not known". Where that is not enough,
// use the *_exactly operations.
//
// When memory runs out a set is forgotten, test_and_set says "was set" (so that nobody goes on as
// if it were recorded), and is_exhausted() tells it afterwards.
template <unsigned GranuleShift>
class AddressBits {
 public:
  static constexpr unsigned kGranuleShift = GranuleShift;
  static constexpr unsigned kLeafShift = 29;
  static constexpr std::size_t kLeaves = std::size_t{1} << (48 - kLeafShift);
  static constexpr std::size_t kLeafWords = std::size_t{1} << (kLeafShift - GranuleShift - 6);

  // `dense`: the heap is large, so huge pages pay.
  explicit AddressBits(SideMemory& memory = system_side_memory(), bool dense = true) noexcept
      : leaves_(memory, dense ? kLeafWords * sizeof(BitWord) : 0) {}

  // Maps the table of leaves; without it every set is forgotten. Idempotent; false when there is no
  // memory.
  [[nodiscard]] bool try_prepare() noexcept { return leaves_.try_prepare(); }

  // Gives all memory back; every bit is then clear. No other thread may be using the bits.
  void release() noexcept { leaves_.release(); }

  // Clears every bit but keeps the leaves mapped; only what was touched is written.
  void clear() noexcept {
    leaves_.for_each([](Address, Leaf* leaf) {
      for (std::size_t grain = 0; grain < kLeafGrains; ++grain) {
        if (leaf->touched[grain] == 0) continue;
        std::memset(leaf->words + grain * kGrainWords, 0, kSideGrain);
        leaf->touched[grain] = 0;
      }
    });
  }

  void prefetch(Address address) const noexcept {
    const Leaf* leaf = leaves_.find(address);
    if (leaf != nullptr) base::prefetch_to_read(leaf->words + word_index(address));
  }

  bool test(Address address) const noexcept {
    const Leaf* leaf = leaves_.find(address);
    return leaf != nullptr && (load(leaf->words + word_index(address)) & mask_of(address)) != 0;
  }

  // Sets the bit and returns whether it was set. Lossy under concurrency, see above.
  bool test_and_set(Address address) noexcept {
    Leaf* leaf = leaves_.find_or_make(address);
    if (leaf == nullptr) return true;
    BitWord* word = leaf->words + word_index(address);
    const BitWord old = load(word);
    const BitWord mask = mask_of(address);
    if ((old & mask) != 0) return true;
    // A word that holds bits was touched when the first of them came.
    if (old == 0) touch(leaf, address);
    std::atomic_ref<BitWord>(*word).store(old | mask, std::memory_order_relaxed);
    return false;
  }

  void set(Address address) noexcept { static_cast<void>(test_and_set(address)); }

  // Sets the bit for certain, whatever other threads do to its neighbours.
  bool test_and_set_exactly(Address address) noexcept {
    Leaf* leaf = leaves_.find_or_make(address);
    if (leaf == nullptr) return true;
    BitWord* word = leaf->words + word_index(address);
    const BitWord mask = mask_of(address);
    if ((load(word) & mask) != 0) return true;
    touch(leaf, address);
    // Relaxed: the bit publishes nothing but itself.
    return (std::atomic_ref<BitWord>(*word).fetch_or(mask, std::memory_order_relaxed) & mask) != 0;
  }

  void set_exactly(Address address) noexcept { static_cast<void>(test_and_set_exactly(address)); }

  // Clears the bit and returns whether it was set, for exactly one of the threads that ask at once.
  bool test_and_clear_exactly(Address address) noexcept {
    Leaf* leaf = leaves_.find(address);
    if (leaf == nullptr) return false;
    BitWord* word = leaf->words + word_index(address);
    const BitWord mask = mask_of(address);
    if ((load(word) & mask) == 0) return false;
    return (std::atomic_ref<BitWord>(*word).fetch_and(~mask, std::memory_order_relaxed) & mask) !=
           0;
  }

  // As test_and_clear_exactly, while no other thread changes the bits.
  bool test_and_clear(Address address) noexcept {
    Leaf* leaf = leaves_.find(address);
    if (leaf == nullptr) return false;
    BitWord* word = leaf->words + word_index(address);
    const BitWord old = load(word);
    const BitWord mask = mask_of(address);
    if ((old & mask) == 0) return false;
    std::atomic_ref<BitWord>(*word).store(old & ~mask, std::memory_order_relaxed);
    return true;
  }

  // Calls visit(address of the granule) for every set bit, in address order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each_word([&](Address base, BitWord word) {
      for_each_bit(word, [&](unsigned bit) { visit(base + (Address{bit} << GranuleShift)); });
    });
  }

  // As for_each, for the bits that are set here and clear in `others`: AddressBits or a MarkTable.
  template <class Others, class Visit>
  void for_each_not_in(const Others& others, Visit&& visit) const {
    for_each_word([&](Address base, BitWord word) {
      for_each_bit(word & ~others.word_at(base),
                   [&](unsigned bit) { visit(base + (Address{bit} << GranuleShift)); });
    });
  }

  // Calls visit(address of its first granule, word) for every word that is not 0, in address order.
  template <class Visit>
  void for_each_word(Visit&& visit) const {
    leaves_.for_each([&](Address begin, Leaf* leaf) {
      for (std::size_t grain = 0; grain < kLeafGrains; ++grain) {
        if (load_touched(leaf, grain) == 0) continue;
        visit_grain(begin, leaf, grain, visit);
      }
    });
  }

  // Adds all bits of `others`.
  void merge(const AddressBits& others) noexcept {
    others.for_each_word([this](Address base, BitWord word) {
      Leaf* leaf = leaves_.find_or_make(base);
      if (leaf == nullptr) return;
      touch(leaf, base);
      leaf->words[word_index(base)] |= word;
    });
  }

  // The word that holds the bit of `address`: kBitsPerWord granules from a multiple of kWordSpan.
  BitWord word_at(Address address) const noexcept {
    const Leaf* leaf = leaves_.find(address);
    return leaf == nullptr ? 0 : load(leaf->words + word_index(address));
  }
  static constexpr Address kWordSpan = Address{kBitsPerWord} << GranuleShift;

  std::size_t population() const noexcept {
    std::size_t sum = 0;
    for_each_word([&](Address, BitWord word) { sum += popcount(word); });
    return sum;
  }

  // Whether a set was forgotten for want of memory since the last release().
  bool is_exhausted() const noexcept { return leaves_.is_exhausted(); }

  // Memory that the bits were written to, in whole grains (the OS may commit more where it uses
  // huge pages).
  std::size_t memory_bytes() const noexcept {
    std::size_t bytes = 0;
    leaves_.for_each([&](Address, Leaf* leaf) {
      for (std::size_t i = 0; i < kLeafGrains; ++i)
        bytes += load_touched(leaf, i) != 0 ? kSideGrain : 0;
      bytes += 2 * kSideGrain;  // the touched bytes, and the table's page
    });
    return bytes;
  }

 private:
  static constexpr std::size_t kGrainWords = kSideGrain / sizeof(BitWord);
  static constexpr std::size_t kLeafGrains = kLeafWords / kGrainWords;

  struct Leaf {
    BitWord words[kLeafWords];
    unsigned char touched[kLeafGrains];
  };
  static_assert(LeafTable<Leaf>::kLeafShift == kLeafShift && LeafTable<Leaf>::kLeaves == kLeaves);

  static std::size_t word_index(Address address) noexcept {
    return (address >> (GranuleShift + 6)) & (kLeafWords - 1);
  }
  static BitWord mask_of(Address address) noexcept {
    return BitWord{1} << ((address >> GranuleShift) & (kBitsPerWord - 1));
  }
  // Relaxed: a bit publishes nothing but itself.
  static BitWord load(const BitWord* word) noexcept {
    return std::atomic_ref<BitWord>(*const_cast<BitWord*>(word)).load(std::memory_order_relaxed);
  }

  static unsigned char load_touched(Leaf* leaf, std::size_t grain) noexcept {
    return std::atomic_ref<unsigned char>(leaf->touched[grain]).load(std::memory_order_relaxed);
  }
  static void touch(Leaf* leaf, Address address) noexcept {
    const std::size_t grain = word_index(address) / kGrainWords;
    std::atomic_ref<unsigned char>(leaf->touched[grain]).store(1, std::memory_order_relaxed);
  }

  template <class Visit>
  static void visit_grain(Address leaf_begin, const Leaf* leaf, std::size_t grain, Visit&& visit) {
    const std::size_t begin = grain * kGrainWords;
    for (std::size_t i = begin; i < begin + kGrainWords; ++i) {
      const BitWord word = load(leaf->words + i);
      if (word != 0) visit(leaf_begin + i * kWordSpan, word);
    }
  }

  LeafTable<Leaf> leaves_;
};

}  // namespace exuvia::gc
