// The objects of a young generation, in order of birth.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "exuvia/runtime/storage.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

// A dense array of objects that know their position in it, so one dies in O(1): its place becomes
// null, and the places are squeezed when the array is full. No object is written but its own
// header.
class ObjectLog {
 public:
  explicit ObjectLog(object::Place place) noexcept : place_(place) {}
  ObjectLog(const ObjectLog&) = delete;
  ObjectLog& operator=(const ObjectLog&) = delete;

  // False when there is no memory, or no position left to name.
  [[nodiscard]] bool try_push(Storage& storage, Header* header) noexcept {
    if (size_ == capacity_) [[unlikely]] {
      if (!try_make_room(storage)) return false;
    }
    header->move_to(place_, size_);
    entries_[size_++] = header;
    return true;
  }

  void erase(Header* header) noexcept {
    const std::uint32_t position = header->position();
    if (position + 1 == size_) {
      --size_;
    } else {
      entries_[position] = nullptr;
      ++holes_;
    }
    header->move_to(object::Place::kUntracked);
  }

  [[nodiscard]] std::size_t count() const noexcept { return size_ - holes_; }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::uint32_t i = 0; i < size_; ++i) {
      if (entries_[i] != nullptr) visit(entries_[i]);
    }
  }

  template <class Predicate>
  [[nodiscard]] bool any_of(Predicate&& predicate) const {
    return std::any_of(entries_, entries_ + size_, [&predicate](const Header* header) {
      return header != nullptr && predicate(header);
    });
  }

  // Closes the holes, if any: afterwards the n-th object has position n.
  void squeeze() noexcept;

  // Every object, by position; of a squeezed log only.
  [[nodiscard]] std::span<Header* const> entries() const noexcept { return {entries_, size_}; }

  // Hands the objects over, last first, to add(Header*), until it returns false.
  template <class Add>
  bool drain(Add&& add) noexcept {
    for (; size_ > 0; --size_) {
      Header* const header = entries_[size_ - 1];
      if (header == nullptr) {
        --holes_;
      } else if (!add(header)) {
        return false;
      }
    }
    return true;
  }

  void free(Storage& storage) noexcept;

  [[nodiscard]] bool is_consistent() const noexcept;

 private:
  [[nodiscard]] bool try_make_room(Storage& storage) noexcept;

  Header** entries_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t holes_ = 0;
  object::Place place_;
};

}  // namespace exuvia::runtime
