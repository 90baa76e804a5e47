// A short queue of things whose memory is on its way to the cache.
#pragma once

#include <array>
#include <cstddef>

namespace exuvia::gc {

template <class Item>
class PrefetchQueue {
 public:
  static constexpr std::size_t kCapacity = 16;

  bool is_empty() const noexcept { return size_ == 0; }
  bool is_full() const noexcept { return size_ == kCapacity; }
  void push(Item item) noexcept { items_[(first_ + size_++) % kCapacity] = item; }
  Item pop() noexcept {
    const Item oldest = items_[first_];
    first_ = (first_ + 1) % kCapacity;
    --size_;
    return oldest;
  }

 private:
  std::array<Item, kCapacity> items_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace exuvia::gc
