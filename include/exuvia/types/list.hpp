// List: a sequence of values that changes.
#pragma once

#include <initializer_list>
#include <span>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

//   | header 16 | items 8 | size 8 | capacity 8 |     items: | value 8 | value 8 | …
//
// Room for more items is taken as CPython takes it: an eighth more than needed.
struct List : Object {
  static const Type type;

  Value* storage;  // size items, then room
  std::size_t size;
  std::size_t capacity;

  // Valid until the list changes.
  [[nodiscard]] std::span<const Value> items() const noexcept { return {storage, size}; }
  void trace(Visitor& v) const {
    for (const Value& item : items()) v(item);
  }
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<List> make_list() noexcept;
[[nodiscard]] Ref<List> make_list(std::span<const Value> items) noexcept;
[[nodiscard]] inline Ref<List> make_list(std::initializer_list<Value> items) noexcept {
  return make_list(std::span<const Value>(items.begin(), items.size()));
}
// list(iterable)
[[nodiscard]] Result<Ref<List>> list_of(const Value& iterable);

// As the methods of Python's list. MemoryError leaves the list as it was.
[[nodiscard]] Result<void> append(List& list, Value value);
[[nodiscard]] Result<void> extend(List& list, const Value& iterable);
// Before `index`; negative ones count from the end, those outside are moved to the nearer end.
[[nodiscard]] Result<void> insert(List& list, std::int64_t index, Value value);
// IndexError for an empty list or a wrong index.
[[nodiscard]] Result<Value> pop(List& list, std::int64_t index = -1);
// Removes the first equal item; ValueError if there is none.
[[nodiscard]] Result<void> remove(List& list, const Value& value);
// The first equal item's, between the bounds, of which negative ones count from the end; ValueError
// if there is none.
[[nodiscard]] Result<std::size_t> index_of(const List& list, const Value& value,
                                           std::int64_t start = 0, std::int64_t stop = INT64_MAX);
[[nodiscard]] Result<std::size_t> count(const List& list, const Value& value);
// Empty when memory is exhausted.
[[nodiscard]] Ref<List> copy(const List& list) noexcept;
void clear(List& list) noexcept;
void reverse(List& list) noexcept;

enum class SortOrder { kAscending, kDescending };

// Stable in either order: by the items, or, where `key` is given and not None, by what it gives for
// each. Meanwhile the list is empty: ValueError if it has been changed. On failure it holds all its
// items, in some order.
[[nodiscard]] Result<void> sort(List& list, const Value& key = nullptr,
                                SortOrder order = SortOrder::kAscending);

}  // namespace exuvia::types
