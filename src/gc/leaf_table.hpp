// Finds the side table that belongs to an address.
#pragma once

#include <atomic>
#include <cstddef>
#include <type_traits>

#include "exuvia/base/address_range.hpp"
#include "gc/bit_words.hpp"
#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

using object::Address;

// A Leaf for each 2^kLeafShift bytes of address space:
//
//   address  | 47 ........ 29 | 28 ............ 0 |
//            | which leaf     | the leaf's affair |
//
// Addresses have no more than 48 bits in user space; what is above is ignored. The table of leaves
// and the leaves themselves are mapped, as zeroes, when first needed and committed by the OS when
// first touched, so the cost follows the address space in use.
//
// Any number of threads may find and make leaves at once; one thread prepares and releases.
template <class Leaf>
class LeafTable {
  static_assert(std::is_trivial_v<Leaf>);

 public:
  static constexpr unsigned kAddressBits = 48;
  static constexpr unsigned kLeafShift = 29;
  static constexpr std::size_t kLeaves = std::size_t{1} << (kAddressBits - kLeafShift);

  // `dense_bytes`: how much of a leaf's begin will be used densely, so that huge pages pay, of
  // those that tell of any address in `dense`.
  explicit LeafTable(SideMemory& memory, std::size_t dense_bytes = 0,
                     base::AddressRange dense = base::kEverywhere) noexcept
      : memory_(memory), dense_bytes_(dense_bytes), dense_(dense) {}
  LeafTable(const LeafTable&) = delete;
  LeafTable& operator=(const LeafTable&) = delete;
  ~LeafTable() { release(); }

  // Maps the table, without which no leaf is made. Idempotent; false when there is no memory.
  [[nodiscard]] bool try_prepare() noexcept {
    if (is_prepared()) return true;
    void* memory = memory_.try_map(kTableBytes, kSideGrain);
    if (memory == nullptr) {
      exhausted_.store(true, std::memory_order_relaxed);
      return false;
    }
    table_ = static_cast<std::atomic<Leaf*>*>(memory);
    return true;
  }

  // Gives all memory back. No other thread may be using the table.
  void release() noexcept {
    if (!is_prepared()) return;
    for_each([this](Address, Leaf* leaf) { memory_.unmap(leaf, kLeafBytes); });
    memory_.unmap(table_, kTableBytes);
    table_ = no_leaves_;
    first_.store(kLeaves, std::memory_order_relaxed);
    last_.store(0, std::memory_order_relaxed);
    exhausted_.store(false, std::memory_order_relaxed);
  }

  // The leaf of `address`, or null if it was not made.
  Leaf* find(Address address) const noexcept {
    // Acquire: pairs with the release in make, so that the leaf is seen zeroed.
    return table_[index_of(address)].load(std::memory_order_acquire);
  }

  // The leaf of `address`; null, and is_exhausted(), when there is no memory for it.
  Leaf* find_or_make(Address address) noexcept {
    Leaf* leaf = find(address);
    return leaf != nullptr ? leaf : make(index_of(address));
  }

  // Calls visit(first address, leaf) for every leaf that was made, in address order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    if (!is_prepared()) return;
    const std::size_t last = last_.load(std::memory_order_relaxed) / kBitsPerWord;
    std::size_t at = first_.load(std::memory_order_relaxed) / kBitsPerWord;
    for (; at < kSummaryWords && at <= last; ++at) {
      // Acquire: pairs with the release in make.
      const BitWord made = std::atomic_ref<BitWord>(summary()[at]).load(std::memory_order_acquire);
      for_each_bit(made, [&](unsigned bit) {
        const std::size_t index = at * kBitsPerWord + bit;
        visit(Address{index} << kLeafShift, table_[index].load(std::memory_order_acquire));
      });
    }
  }

  // Whether memory for a leaf, or the table, was refused since the last release().
  bool is_exhausted() const noexcept { return exhausted_.load(std::memory_order_relaxed); }

 private:
  // Behind the table, a bit for each leaf that was made: few are, and far apart.
  static constexpr std::size_t kSummaryWords = kLeaves / kBitsPerWord;
  static constexpr std::size_t kTableBytes =
      kLeaves * sizeof(Leaf*) + kSummaryWords * sizeof(BitWord);
  static constexpr std::size_t kLeafBytes = round_up_to_grain(sizeof(Leaf));
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;

  static std::size_t index_of(Address address) noexcept {
    return (address >> kLeafShift) & (kLeaves - 1);
  }

  bool is_dense(std::size_t index) const noexcept {
    const base::AddressRange leaf{Address{index} << kLeafShift, Address{1} << kLeafShift};
    return dense_bytes_ != 0 && dense_.overlaps(leaf);
  }

  bool is_prepared() const noexcept { return table_ != no_leaves_; }

  BitWord* summary() const noexcept { return reinterpret_cast<BitWord*>(table_ + kLeaves); }

  // Maps a leaf; of several threads that do so at once, one wins and the others drop theirs.
  [[gnu::noinline]] Leaf* make(std::size_t index) noexcept {
    if (!is_prepared()) return refuse();
    auto* fresh = static_cast<Leaf*>(memory_.try_map(kLeafBytes, kHugePage));
    if (fresh == nullptr) return refuse();
    if (is_dense(index)) memory_.advise_dense(fresh, dense_bytes_);
    Leaf* winner = nullptr;
    // Release on success: pairs with the acquire in find.
    if (!table_[index].compare_exchange_strong(winner, fresh, std::memory_order_acq_rel)) {
      memory_.unmap(fresh, kLeafBytes);
      return winner;
    }
    std::atomic_ref<BitWord>(summary()[index / kBitsPerWord])
        .fetch_or(BitWord{1} << (index % kBitsPerWord), std::memory_order_release);
    extend_range(index);
    return fresh;
  }

  Leaf* refuse() noexcept {
    exhausted_.store(true, std::memory_order_relaxed);
    return nullptr;
  }

  void extend_range(std::size_t index) noexcept {
    std::size_t first = first_.load(std::memory_order_relaxed);
    while (index < first && !first_.compare_exchange_weak(first, index)) {
    }
    std::size_t last = last_.load(std::memory_order_relaxed);
    while (index > last && !last_.compare_exchange_weak(last, index)) {
    }
  }

  // What an unprepared table reads, so that no question has to ask whether there is one.
  inline static std::atomic<Leaf*> no_leaves_[kLeaves];

  SideMemory& memory_;
  const std::size_t dense_bytes_;
  const base::AddressRange dense_;
  std::atomic<Leaf*>* table_ = no_leaves_;
  std::atomic<std::size_t> first_{kLeaves};
  std::atomic<std::size_t> last_{0};
  std::atomic<bool> exhausted_{false};
};

}  // namespace exuvia::gc
