// What marking knows of each granule of address space.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gc/bit_words.hpp"
#include "gc/leaf_table.hpp"
#include "gc/side_memory.hpp"

namespace exuvia::gc {

// Two bits for each granule (2^GranuleShift bytes), in words of a plane each, and a little for each
// card, which is kCardWords words:
//
//   marked           an object that was found reachable
//   traced           a marked one that was handed out to be traced
//   traced, but not  the object in the next granule lies behind a marked one in its host's list;
//   marked           no object starts before it (see object::Linked)
//
// So marked and not traced is what is left to do, in address order. A card is written by one thread
// at a time.
template <unsigned GranuleShift>
class MarkTable {
 public:
  static constexpr unsigned kGranuleShift = GranuleShift;
  static constexpr unsigned kWordShift = GranuleShift + 6;
  static constexpr std::size_t kCardWords = 16;
  static constexpr unsigned kCardShift = kWordShift + 4;
  static constexpr Address kWordSpan = Address{1} << kWordShift;
  static constexpr Address kGranule = Address{1} << GranuleShift;

  enum CardState : std::uint8_t {
    kUntouched,  // has no bits
    kIdle,
    kWaiting  // is in a queue, or being looked through
  };

  struct Leaf {
    static constexpr unsigned kShift = 29;
    static constexpr std::size_t kWords = std::size_t{1} << (kShift - kWordShift);
    static constexpr std::size_t kCards = kWords / kCardWords;

    BitWord marked[kWords];
    BitWord traced[kWords];
    Address next_card[kCards];  // of a queue
    std::uint8_t state[kCards];

    static std::size_t word_of(Address address) noexcept {
      return (address >> kWordShift) % kWords;
    }
    static std::size_t card_of(Address address) noexcept {
      return (address >> kCardShift) % kCards;
    }
  };
  static_assert(LeafTable<Leaf>::kLeafShift == Leaf::kShift);

  // `dense`: where objects lie close together, so that huge pages of marks pay.
  explicit MarkTable(SideMemory& memory, base::AddressRange dense = base::kEverywhere) noexcept
      : leaves_(memory, 2 * Leaf::kWords * sizeof(BitWord), dense) {}

  // Without it everything is forgotten. Idempotent; false when there is no memory.
  [[nodiscard]] bool try_prepare() noexcept { return leaves_.try_prepare(); }

  // Null when there is no memory for it.
  Leaf* leaf_for(Address address) noexcept { return leaves_.find_or_make(address); }

  // Makes a card ready for use. What is read before it is written costs two page faults.
  static void touch(Leaf& leaf, Address address) noexcept {
    const std::size_t word = Leaf::word_of(address);
    leaf.marked[word] = leaf.traced[word] = 0;
    leaf.state[Leaf::card_of(address)] = kIdle;
  }

  static unsigned bit_of(Address address) noexcept {
    return static_cast<unsigned>((address >> GranuleShift) % kBitsPerWord);
  }
  static BitWord mask_of(Address address) noexcept { return BitWord{1} << bit_of(address); }

  // Whether an object was found reachable.
  bool test(Address address) const noexcept { return (word_at(address) & mask_of(address)) != 0; }

  // Of the objects found reachable, the word that holds the bit of `address`.
  BitWord word_at(Address address) const noexcept {
    const Leaf* leaf = leaves_.find(address);
    return leaf == nullptr ? 0 : leaf->marked[Leaf::word_of(address)];
  }

  // Where follow() writes for the object at `address`.
  static Address place_of_follower(Address address) noexcept { return address - kGranule; }

  // Notes that the object behind `place`, or the first in its granule, follows one that lives.
  void follow(Address place) noexcept {
    Leaf* leaf = leaves_.find_or_make(place);
    if (leaf == nullptr) [[unlikely]]
      return;
    if (leaf->state[Leaf::card_of(place)] == kUntouched) [[unlikely]]
      touch(*leaf, place);
    leaf->traced[Leaf::word_of(place)] |= mask_of(place);
  }

  // Calls visit(address) of every granule that is followed and not marked, in address order.
  template <class Visit>
  void for_each_unmarked_follower(Visit&& visit) const {
    leaves_.for_each([&](Address begin, const Leaf* leaf) {
      for (std::size_t card = 0; card < Leaf::kCards; ++card) {
        if (leaf->state[card] == kUntouched) continue;
        const std::size_t first = card * kCardWords;
        for (std::size_t i = first; i < first + kCardWords; ++i) {
          visit_followers(*leaf, i, begin + i * kWordSpan, visit);
        }
      }
    });
  }

  // Whether a mark was forgotten for want of memory.
  bool is_exhausted() const noexcept { return leaves_.is_exhausted(); }

  // Memory that was written to, in whole grains (the OS may commit more where it uses huge pages).
  std::size_t memory_bytes() const noexcept {
    std::size_t bytes = 0;
    leaves_.for_each([&](Address, const Leaf* leaf) { bytes += bytes_of(*leaf); });
    return bytes;
  }

 private:
  static constexpr std::size_t kGrainCards = kSideGrain / (kCardWords * sizeof(BitWord));

  static std::size_t bytes_of(const Leaf& leaf) noexcept {
    std::size_t bytes = 4 * kSideGrain;  // what there is a card, and the table's page
    for (std::size_t card = 0; card < Leaf::kCards; card += kGrainCards) {
      bool touched = false;
      for (std::size_t i = card; i < card + kGrainCards; ++i) {
        touched |= leaf.state[i] != kUntouched;
      }
      bytes += 2 * std::size_t{touched} * kSideGrain;
    }
    return bytes;
  }

  // Of those that word `i` tells of; `base` is its first address.
  template <class Visit>
  void visit_followers(const Leaf& leaf, std::size_t i, Address base, Visit& visit) const {
    const BitWord places = leaf.traced[i] & ~leaf.marked[i];
    for_each_bit((places << 1) & ~leaf.marked[i],
                 [&](unsigned bit) { visit(base + (Address{bit} << GranuleShift)); });
    const bool is_in_next_word = places >> (kBitsPerWord - 1) != 0;
    if (is_in_next_word && !test(base + kWordSpan)) visit(base + kWordSpan);
  }

  LeafTable<Leaf> leaves_;
};

}  // namespace exuvia::gc
