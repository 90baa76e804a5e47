// Tuple: an immutable sequence of values.
#pragma once

#include <initializer_list>
#include <span>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

//   | header 16 | size 8 | items, 8 each … |
//
// A tuple of atoms, and of such tuples, is never tracked. The empty tuple is one immortal object.
struct Tuple : Object {
  static const Type type;

  std::size_t size;

  [[nodiscard]] std::span<const Value> items() const noexcept {
    return {reinterpret_cast<const Value*>(this + 1), size};
  }
  void trace(Visitor& v) const {
    for (const Value& item : items()) v(item);
  }
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Tuple> make_tuple(std::span<const Value> items) noexcept;
[[nodiscard]] inline Ref<Tuple> make_tuple(std::initializer_list<Value> items) noexcept {
  return make_tuple(std::span<const Value>(items.begin(), items.size()));
}
// tuple(iterable)
[[nodiscard]] Result<Ref<Tuple>> tuple_of(const Value& iterable);

// The position of the first equal item between the bounds, of which negative ones count from the
// end; ValueError if there is none.
[[nodiscard]] Result<std::size_t> index_of(const Tuple& tuple, const Value& value,
                                           std::int64_t start = 0, std::int64_t stop = INT64_MAX);
[[nodiscard]] Result<std::size_t> count(const Tuple& tuple, const Value& value);

}  // namespace exuvia::types
