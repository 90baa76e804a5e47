// Pointers by the addresses of objects.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "exuvia/runtime/storage.hpp"

namespace exuvia::runtime {

// A map from addresses, multiples of 16, to pointers, as dense as the addresses are: a hash table
// of stretches of 1 KiB, in each of which bit n says whether granule n has a value. The values lie
// in the order of their addresses, so that who goes through the memory goes through the map as
// well.
//
//   stretch | key 8 | addresses 8 | values 8 | room 8 |
//                                     |
//                                     +--> | value 8 | value 8 | …
template <class T>
class AddressMap {
 public:
  explicit AddressMap(Storage& storage) noexcept : storage_(storage) {}
  AddressMap(const AddressMap&) = delete;
  AddressMap& operator=(const AddressMap&) = delete;
  ~AddressMap() {
    for (std::size_t i = 0; i < capacity_; ++i) release(stretches_[i]);
    if (capacity_ != 0) storage_.deallocate(stretches_, capacity_ * sizeof(Stretch));
  }

  // The place of the value, until the map changes; null if there is none.
  [[nodiscard]] T** find(const void* address) const noexcept {
    if (capacity_ == 0) return nullptr;
    const Stretch& stretch = stretches_[slot_of(key_of(address))];
    return stretch.has(address) ? stretch.place_of(address) : nullptr;
  }

  // The place of a new value, for an address that has none. Null, and nothing has changed, when
  // memory is exhausted.
  [[nodiscard]] T** try_insert(const void* address) noexcept {
    if (!try_keep_slots_free()) return nullptr;
    Stretch& stretch = stretches_[slot_of(key_of(address))];
    const std::size_t count = stretch.count();
    if (count == stretch.room && !try_widen(stretch)) return nullptr;
    if (count == 0) ++used_;
    stretch.key = key_of(address);
    T** const place = stretch.place_of(address);
    std::move_backward(place, stretch.values + count, stretch.values + count + 1);
    stretch.addresses |= bit_of(address);
    ++size_;
    return place;
  }

  // The address has a value.
  void erase(const void* address) noexcept {
    const std::size_t slot = slot_of(key_of(address));
    Stretch& stretch = stretches_[slot];
    T** const place = stretch.place_of(address);
    std::move(place + 1, stretch.values + stretch.count(), place);
    stretch.addresses &= ~bit_of(address);
    --size_;
    if (stretch.addresses == 0) free_slot(slot);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // Calls visit(address, value), in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < capacity_; ++i) {
      T** value = stretches_[i].values;
      for (std::uint64_t left = stretches_[i].addresses; left != 0; left &= left - 1) {
        const auto granule = static_cast<std::uintptr_t>(std::countr_zero(left));
        visit(stretches_[i].key << kStretchShift | granule << kGranuleShift, *value++);
      }
    }
  }

  [[nodiscard]] bool is_consistent() const noexcept {
    std::size_t used = 0;
    std::size_t size = 0;
    for (std::size_t i = 0; i < capacity_; ++i) {
      const Stretch& stretch = stretches_[i];
      used += stretch.key != 0;
      size += stretch.count();
      if ((stretch.key == 0) != (stretch.addresses == 0) || stretch.count() > stretch.room)
        return false;
      if (stretch.key != 0 && slot_of(stretch.key) != i) return false;
    }
    return used == used_ && size == size_;
  }

 private:
  static constexpr unsigned kGranuleShift = 4;
  static constexpr unsigned kStretchShift = kGranuleShift + 6;
  static constexpr std::size_t kFirstCapacity = 8;
  static constexpr std::size_t kFirstRoom = 2;

  static std::uintptr_t key_of(const void* address) noexcept {
    return reinterpret_cast<std::uintptr_t>(address) >> kStretchShift;
  }
  static std::uint64_t bit_of(const void* address) noexcept {
    return std::uint64_t{1} << (reinterpret_cast<std::uintptr_t>(address) >> kGranuleShift) % 64;
  }

  struct Stretch {
    std::uintptr_t key;       // 0: a free slot
    std::uint64_t addresses;  // which have a value
    T** values;
    std::size_t room;  // for so many values

    [[nodiscard]] bool has(const void* address) const noexcept {
      return (addresses & bit_of(address)) != 0;
    }
    [[nodiscard]] std::size_t count() const noexcept {
      return static_cast<std::size_t>(std::popcount(addresses));
    }
    [[nodiscard]] T** place_of(const void* address) const noexcept {
      return values + std::popcount(addresses & (bit_of(address) - 1));
    }
  };

  // The slot of a stretch, or the free one where it belongs. A slot is always free.
  [[nodiscard]] std::size_t slot_of(std::uintptr_t key) const noexcept {
    std::size_t slot = home(key);
    while (stretches_[slot].key != 0 && stretches_[slot].key != key)
      slot = (slot + 1) & (capacity_ - 1);
    return slot;
  }
  [[nodiscard]] std::size_t home(std::uintptr_t key) const noexcept {
    const std::uint64_t mixed = key * 0x9E37'79B9'7F4A'7C15ULL;
    return static_cast<std::size_t>(mixed >> (64 - std::countr_zero(capacity_)));
  }

  [[nodiscard]] bool try_keep_slots_free() noexcept {
    if ((used_ + 1) * 4 <= capacity_ * 3) return true;
    const std::size_t capacity = std::max(capacity_ * 2, kFirstCapacity);
    auto* const grown = static_cast<Stretch*>(storage_.allocate(capacity * sizeof(Stretch)));
    if (grown == nullptr) return false;
    std::fill_n(grown, capacity, Stretch{});
    Stretch* const old = std::exchange(stretches_, grown);
    const std::size_t old_capacity = std::exchange(capacity_, capacity);
    for (std::size_t i = 0; i < old_capacity; ++i) {
      if (old[i].key != 0) stretches_[slot_of(old[i].key)] = old[i];
    }
    if (old != nullptr) storage_.deallocate(old, old_capacity * sizeof(Stretch));
    return true;
  }

  [[nodiscard]] bool try_widen(Stretch& stretch) noexcept {
    const std::size_t room = std::max(stretch.room * 2, kFirstRoom);
    auto* const values = static_cast<T**>(storage_.allocate(room * sizeof(T*)));
    if (values == nullptr) return false;
    std::copy_n(stretch.values, stretch.count(), values);
    release(stretch);
    stretch.values = values;
    stretch.room = room;
    return true;
  }

  void release(const Stretch& stretch) noexcept {
    if (stretch.room != 0) storage_.deallocate(stretch.values, stretch.room * sizeof(T*));
  }

  // Closes the gap: what had been pushed past it, away from its home, moves back into it.
  void free_slot(std::size_t gap) noexcept {
    release(stretches_[gap]);
    const std::size_t mask = capacity_ - 1;
    for (std::size_t i = (gap + 1) & mask; stretches_[i].key != 0; i = (i + 1) & mask) {
      const std::size_t pushed = (i - home(stretches_[i].key)) & mask;
      if (pushed < ((i - gap) & mask)) continue;
      stretches_[gap] = stretches_[i];
      gap = i;
    }
    stretches_[gap] = {};
    --used_;
  }

  Storage& storage_;
  Stretch* stretches_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t used_ = 0;      // slots
  std::size_t size_ = 0;
};

}  // namespace exuvia::runtime
