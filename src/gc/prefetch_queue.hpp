// A short queue of things whose memory is on its way to the cache.
#pragma once

#include <array>
#include <cstddef>

namespace exuvia::gc {

template <class Item>
class PrefetchQueue {
 public:
  static constexpr std::size_t kCapacity = 16;

  bool is_empty() const noexcept { return taken_ == added_; }
  bool is_full() const noexcept { return added_ - taken_ == kCapacity; }
  void push(Item item) noexcept { items_[added_++ % kCapacity] = item; }
  Item pop() noexcept { return items_[taken_++ % kCapacity]; }

 private:
  std::array<Item, kCapacity> items_;
  std::size_t added_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace exuvia::gc
