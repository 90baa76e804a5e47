// The position of an address among the members of a set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "exuvia/base/prefetch.hpp"
#include "gc/address_bits.hpp"
#include "gc/bit_words.hpp"
#include "gc/side_memory.hpp"

namespace exuvia::gc {

using Rank = std::uint32_t;
inline constexpr Rank kNoRank = ~Rank{0};

// Ranks of the members of an AddressBits as it was when the table was built: the lowest address has
// rank 0. Beside each word of bits stands the number of members below it, so a rank is one cache
// line and one popcount away.
template <unsigned GranuleShift>
class RankTable {
 public:
  using Bits = AddressBits<GranuleShift>;

  explicit RankTable(SideMemory& memory) noexcept : memory_(memory), leaves_(memory) {}
  RankTable(const RankTable&) = delete;
  RankTable& operator=(const RankTable&) = delete;
  ~RankTable() { release(); }

  // Ranks `members`; false, and the table is empty, when there is no memory or there are too many.
  [[nodiscard]] bool try_build(const Bits& members) noexcept {
    release();
    if (!leaves_.try_allocate(Bits::kLeaves)) return false;
    bool done = true;
    std::uint64_t sum = 0;
    std::size_t words = 0;
    members.for_each_word([&](Address base, BitWord word) {
      Entry* entry = done ? entry_for(base) : nullptr;
      done = entry != nullptr && sum + kBitsPerWord < kNoRank;
      if (!done) return;
      *entry = {word, sum};
      sum += popcount(word);
      ++words;
    });
    if (!done) release();
    words_ = words;
    size_ = done ? static_cast<Rank>(sum) : 0;
    return done;
  }

  void release() noexcept {
    while (newest_ != nullptr) memory_.unmap(std::exchange(newest_, link_of(newest_)), kLeafBytes);
    leaves_.release();
    size_ = 0;
    words_ = 0;
  }

  void prefetch(Address address) const noexcept {
    const Entry* entry = entry_of(address);
    if (entry != nullptr) base::prefetch_to_read(entry);
  }

  // The rank of `address`, or kNoRank if it is no member.
  Rank rank(Address address) const noexcept {
    const Entry* entry = entry_of(address);
    if (entry == nullptr) return kNoRank;
    const BitWord mask = BitWord{1} << ((address >> GranuleShift) & (kBitsPerWord - 1));
    if ((entry->bits & mask) == 0) return kNoRank;
    return static_cast<Rank>(entry->below) + popcount(entry->bits & (mask - 1));
  }

  // Memory of the entries in use.
  std::size_t memory_bytes() const noexcept { return words_ * sizeof(Entry); }

  // How many members there are.
  Rank size() const noexcept { return size_; }

 private:
  struct Entry {
    BitWord bits;
    std::uint64_t below;
  };
  // Behind its entries a leaf points to the one made before it.
  static constexpr std::size_t kEntriesBytes = Bits::kLeafWords * sizeof(Entry);
  static constexpr std::size_t kLeafBytes = kEntriesBytes + kSideGrain;

  static std::size_t index_in_leaf(Address address) noexcept {
    return (address >> (GranuleShift + 6)) & (Bits::kLeafWords - 1);
  }

  static Entry*& link_of(Entry* leaf) noexcept {
    return *reinterpret_cast<Entry**>(reinterpret_cast<unsigned char*>(leaf) + kEntriesBytes);
  }

  const Entry* entry_of(Address address) const noexcept {
    const std::size_t leaf = address >> Bits::kLeafShift;
    if (leaf >= leaves_.size() || leaves_[leaf] == nullptr) [[unlikely]]
      return nullptr;
    return leaves_[leaf] + index_in_leaf(address);
  }

  Entry* entry_for(Address address) noexcept {
    const std::size_t leaf = address >> Bits::kLeafShift;
    if (leaves_[leaf] == nullptr) {
      leaves_[leaf] = static_cast<Entry*>(memory_.try_map(kLeafBytes, kSideGrain));
      if (leaves_[leaf] == nullptr) return nullptr;
      link_of(leaves_[leaf]) = std::exchange(newest_, leaves_[leaf]);
    }
    return leaves_[leaf] + index_in_leaf(address);
  }

  SideMemory& memory_;
  SideArray<Entry*> leaves_;
  Entry* newest_ = nullptr;
  Rank size_ = 0;
  std::size_t words_ = 0;
};

}  // namespace exuvia::gc
