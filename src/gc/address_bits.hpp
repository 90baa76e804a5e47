// One bit for each granule of address space.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "gc/bit_words.hpp"
#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

using object::Address;

// A set of granules (2^GranuleShift bytes of address space each), in two levels:
//
//   address  | 47 ........ 29 | 28 ............................ GranuleShift | ...... 0 |
//            | which leaf     | which bit of the leaf                        | ignored  |
//
// Addresses have no more than 48 bits in user space; what is above is ignored.
// The table of leaves and the leaves themselves are mapped when first needed and committed by the
// OS when first touched, so the cost follows the address space in use: one bit a granule, 0.4 % at
// 32 bytes. Beside its bits a leaf keeps one byte for each OS page of them that was ever written:
// scans skip the others, and clear() and memory_bytes() know what was touched.
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
  static constexpr unsigned kAddressBits = 48;
  static constexpr unsigned kLeafShift = 29;
  static constexpr std::size_t kLeaves = std::size_t{1} << (kAddressBits - kLeafShift);
  static constexpr std::size_t kLeafWords = std::size_t{1} << (kLeafShift - GranuleShift - 6);
  static constexpr std::size_t kGrainWords = kSideGrain / sizeof(BitWord);
  static constexpr std::size_t kLeafGrains = kLeafWords / kGrainWords;

  // `dense`: the heap is large, so huge pages pay.
  explicit AddressBits(SideMemory& memory = system_side_memory(), bool dense = true) noexcept
      : memory_(memory), dense_(dense) {}
  AddressBits(const AddressBits&) = delete;
  AddressBits& operator=(const AddressBits&) = delete;
  ~AddressBits() { release(); }

  // Maps the table of leaves; without it every set is forgotten. Idempotent; false when there is no
  // memory.
  [[nodiscard]] bool try_prepare() noexcept {
    if (is_prepared()) return true;
    void* memory = memory_.try_map(kTableBytes, kSideGrain);
    if (memory == nullptr) {
      exhausted_.store(true, std::memory_order_relaxed);
      return false;
    }
    table_ = static_cast<std::atomic<BitWord*>*>(memory);
    return true;
  }

  // Gives all memory back; every bit is then clear. No other thread may be using the bits.
  void release() noexcept {
    if (!is_prepared()) return;
    for_each_leaf([this](std::size_t, BitWord* leaf) { memory_.unmap(leaf, kLeafBytes); });
    memory_.unmap(table_, kTableBytes);
    table_ = no_leaves_;
    first_leaf_.store(kLeaves, std::memory_order_relaxed);
    last_leaf_.store(0, std::memory_order_relaxed);
    exhausted_.store(false, std::memory_order_relaxed);
  }

  // Clears every bit but keeps the leaves mapped; only what was touched is written.
  void clear() noexcept {
    for_each_leaf([this](std::size_t, BitWord* leaf) {
      for (std::size_t grain = 0; grain < kLeafGrains; ++grain) {
        if (touched(leaf)[grain] == 0) continue;
        std::memset(leaf + grain * kGrainWords, 0, kSideGrain);
        touched(leaf)[grain] = 0;
      }
    });
  }

  void prefetch(Address address) const noexcept {
    const BitWord* leaf = leaf_of(address);
    if (leaf != nullptr) __builtin_prefetch(leaf + word_index(address));
  }

  bool test(Address address) const noexcept {
    const BitWord* leaf = leaf_of(address);
    return leaf != nullptr && (load(leaf + word_index(address)) & mask_of(address)) != 0;
  }

  // Sets the bit and returns whether it was set. Lossy under concurrency, see above.
  bool test_and_set(Address address) noexcept {
    BitWord* leaf = leaf_for(address);
    if (leaf == nullptr) return true;
    BitWord* word = leaf + word_index(address);
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
    BitWord* leaf = leaf_for(address);
    if (leaf == nullptr) return true;
    BitWord* word = leaf + word_index(address);
    const BitWord mask = mask_of(address);
    if ((load(word) & mask) != 0) return true;
    touch(leaf, address);
    // Relaxed: the bit publishes nothing but itself.
    return (std::atomic_ref<BitWord>(*word).fetch_or(mask, std::memory_order_relaxed) & mask) != 0;
  }

  void set_exactly(Address address) noexcept { static_cast<void>(test_and_set_exactly(address)); }

  // Clears the bit and returns whether it was set, for exactly one of the threads that ask at once.
  bool test_and_clear_exactly(Address address) noexcept {
    BitWord* leaf = leaf_of(address);
    if (leaf == nullptr) return false;
    BitWord* word = leaf + word_index(address);
    const BitWord mask = mask_of(address);
    if ((load(word) & mask) == 0) return false;
    return (std::atomic_ref<BitWord>(*word).fetch_and(~mask, std::memory_order_relaxed) & mask) !=
           0;
  }

  // As test_and_clear_exactly, while no other thread changes the bits.
  bool test_and_clear(Address address) noexcept {
    BitWord* leaf = leaf_of(address);
    if (leaf == nullptr) return false;
    BitWord* word = leaf + word_index(address);
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

  // As for_each, for the bits that are set here and clear in `others`.
  template <class Visit>
  void for_each_not_in(const AddressBits& others, Visit&& visit) const {
    for_each_word([&](Address base, BitWord word) {
      for_each_bit(word & ~others.word_at(base),
                   [&](unsigned bit) { visit(base + (Address{bit} << GranuleShift)); });
    });
  }

  // Calls visit(address of its first granule, word) for every word that is not 0, in address order.
  template <class Visit>
  void for_each_word(Visit&& visit) const {
    for_each_leaf([&](std::size_t index, BitWord* leaf) {
      for (std::size_t grain = 0; grain < kLeafGrains; ++grain) {
        if (load_touched(leaf, grain) == 0) continue;
        visit_grain(index, leaf, grain, visit);
      }
    });
  }

  // Adds all bits of `others`.
  void merge(const AddressBits& others) noexcept {
    others.for_each_word([this](Address base, BitWord word) {
      BitWord* leaf = leaf_for(base);
      if (leaf == nullptr) return;
      touch(leaf, base);
      leaf[word_index(base)] |= word;
    });
  }

  // The word that holds the bit of `address`: kBitsPerWord granules from a multiple of kWordSpan.
  BitWord word_at(Address address) const noexcept {
    const BitWord* leaf = leaf_of(address);
    return leaf == nullptr ? 0 : load(leaf + word_index(address));
  }
  static constexpr Address kWordSpan = Address{kBitsPerWord} << GranuleShift;

  std::size_t population() const noexcept {
    std::size_t sum = 0;
    for_each_word([&](Address, BitWord word) { sum += popcount(word); });
    return sum;
  }

  // Whether a set was forgotten for want of memory since the last release().
  bool is_exhausted() const noexcept { return exhausted_.load(std::memory_order_relaxed); }

  // Memory that the bits were written to, in whole grains (the OS may commit more where it uses
  // huge pages).
  std::size_t memory_bytes() const noexcept {
    std::size_t bytes = 0;
    for_each_leaf([&](std::size_t, BitWord* leaf) {
      for (std::size_t i = 0; i < kLeafGrains; ++i)
        bytes += load_touched(leaf, i) != 0 ? kSideGrain : 0;
      bytes += 2 * kSideGrain;  // the touched bytes, and the table's page
    });
    return bytes;
  }

 private:
  // Behind the table, a bit for each leaf that is mapped: few are, and far apart.
  static constexpr std::size_t kSummaryWords = kLeaves / kBitsPerWord;
  static constexpr std::size_t kTableBytes =
      kLeaves * sizeof(BitWord*) + kSummaryWords * sizeof(BitWord);
  static constexpr std::size_t kLeafBytes =
      kLeafWords * sizeof(BitWord) + round_up_to_grain(kLeafGrains);
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;

  static std::size_t leaf_index(Address address) noexcept {
    return (address >> kLeafShift) & (kLeaves - 1);
  }
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

  static unsigned char* touched(BitWord* leaf) noexcept {
    return reinterpret_cast<unsigned char*>(leaf + kLeafWords);
  }
  static unsigned char load_touched(BitWord* leaf, std::size_t grain) noexcept {
    return std::atomic_ref<unsigned char>(touched(leaf)[grain]).load(std::memory_order_relaxed);
  }
  static void touch(BitWord* leaf, Address address) noexcept {
    const std::size_t grain = word_index(address) / kGrainWords;
    std::atomic_ref<unsigned char>(touched(leaf)[grain]).store(1, std::memory_order_relaxed);
  }

  bool is_prepared() const noexcept { return table_ != no_leaves_; }

  BitWord* leaf_of(Address address) const noexcept {
    // Acquire: pairs with the release in make_leaf, so that the leaf is seen zeroed.
    return table_[leaf_index(address)].load(std::memory_order_acquire);
  }

  BitWord* leaf_for(Address address) noexcept {
    BitWord* leaf = leaf_of(address);
    return leaf != nullptr ? leaf : make_leaf(leaf_index(address));
  }

  // Maps a leaf; of several threads that do so at once, one wins and the others drop theirs.
  [[gnu::noinline]] BitWord* make_leaf(std::size_t index) noexcept {
    if (!is_prepared()) return forget();
    auto* fresh = static_cast<BitWord*>(memory_.try_map(kLeafBytes, kHugePage));
    if (fresh == nullptr) return forget();
    if (dense_) memory_.advise_dense(fresh, kLeafWords * sizeof(BitWord));
    BitWord* winner = nullptr;
    // Release on success: pairs with the acquire in leaf_of.
    if (!table_[index].compare_exchange_strong(winner, fresh, std::memory_order_acq_rel)) {
      memory_.unmap(fresh, kLeafBytes);
      return winner;
    }
    std::atomic_ref<BitWord>(summary()[index / kBitsPerWord])
        .fetch_or(BitWord{1} << (index % kBitsPerWord), std::memory_order_release);
    extend_range(index);
    return fresh;
  }

  BitWord* summary() const noexcept { return reinterpret_cast<BitWord*>(table_ + kLeaves); }

  BitWord* forget() noexcept {
    exhausted_.store(true, std::memory_order_relaxed);
    return nullptr;
  }

  void extend_range(std::size_t index) noexcept {
    std::size_t first = first_leaf_.load(std::memory_order_relaxed);
    while (index < first && !first_leaf_.compare_exchange_weak(first, index)) {
    }
    std::size_t last = last_leaf_.load(std::memory_order_relaxed);
    while (index > last && !last_leaf_.compare_exchange_weak(last, index)) {
    }
  }

  template <class Visit>
  void for_each_leaf(Visit&& visit) const {
    if (!is_prepared()) return;
    const std::size_t last = last_leaf_.load(std::memory_order_relaxed) / kBitsPerWord;
    std::size_t at = first_leaf_.load(std::memory_order_relaxed) / kBitsPerWord;
    for (; at < kSummaryWords && at <= last; ++at) {
      // Acquire: pairs with the release in make_leaf.
      const BitWord mapped =
          std::atomic_ref<BitWord>(summary()[at]).load(std::memory_order_acquire);
      for_each_bit(mapped, [&](unsigned bit) {
        const std::size_t index = at * kBitsPerWord + bit;
        visit(index, table_[index].load(std::memory_order_acquire));
      });
    }
  }

  template <class Visit>
  static void visit_grain(std::size_t leaf_number, BitWord* leaf, std::size_t grain,
                          Visit&& visit) {
    const std::size_t begin = grain * kGrainWords;
    for (std::size_t i = begin; i < begin + kGrainWords; ++i) {
      const BitWord word = load(leaf + i);
      if (word != 0) visit((Address{leaf_number} << kLeafShift) + i * kWordSpan, word);
    }
  }

  // What an unprepared set reads, so that no question has to ask whether there is a table.
  inline static std::atomic<BitWord*> no_leaves_[kLeaves];

  SideMemory& memory_;
  const bool dense_;
  std::atomic<BitWord*>* table_ = no_leaves_;
  std::atomic<std::size_t> first_leaf_{kLeaves};
  std::atomic<std::size_t> last_leaf_{0};
  std::atomic<bool> exhausted_{false};
};

}  // namespace exuvia::gc
