// The cards of a mark table that wait for one worker.
#pragma once

#include <cstddef>
#include <utility>

#include "gc/mark_table.hpp"

namespace exuvia::gc {

// First in, first out, so that cards fill while they wait. A chain through the table: it needs no
// memory of its own, and a card can be in one queue only. A card is named by its first address.
template <class Table>
class CardQueue {
 public:
  explicit CardQueue(Table& table) noexcept : table_(table) {}

  std::size_t size() const noexcept { return size_; }

  void push(Address card) noexcept {
    next_of(card) = 0;
    (last_ == 0 ? first_ : next_of(last_)) = card;
    last_ = card;
    ++size_;
  }

  bool try_pop(Address& card) noexcept {
    if (first_ == 0) return false;
    card = std::exchange(first_, next_of(first_));
    if (first_ == 0) last_ = 0;
    --size_;
    return true;
  }

  // Moves all of `other` to the end.
  void append(CardQueue& other) noexcept {
    if (other.first_ == 0) return;
    (last_ == 0 ? first_ : next_of(last_)) = other.first_;
    last_ = other.last_;
    size_ += other.size_;
    other.first_ = other.last_ = 0;
    other.size_ = 0;
  }

 private:
  using Leaf = typename Table::Leaf;

  // The card's leaf exists, since something was marked in it.
  Address& next_of(Address card) noexcept {
    return table_.leaf_for(card)->next_card[Leaf::card_of(card)];
  }

  Table& table_;
  Address first_ = 0;
  Address last_ = 0;
  std::size_t size_ = 0;
};

}  // namespace exuvia::gc
