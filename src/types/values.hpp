// Runs of values in memory.
#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "exuvia/types/protocol.hpp"
#include "types/operand_errors.hpp"
#include "types/recursion.hpp"
#include "types/slice_positions.hpp"
#include "types/tracking.hpp"

namespace exuvia::types {

// Moves `count` values to memory that holds none; the ranges may overlap. Checking builds know each
// reference by its address, so there they move one by one.
inline void relocate(Value* to, Value* from, std::size_t count) noexcept {
  if (to == from) return;
  if constexpr (!runtime::kChecks) {
    if (count > 0)
      std::memmove(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(Value));
  } else {
    for (std::size_t n = 0; n < count; ++n) {
      const std::size_t i = to < from ? n : count - 1 - n;
      ::new (to + i) Value(std::move(from[i]));
      std::destroy_at(from + i);
    }
  }
}

// Copies `count` values to memory that holds none, and says whether a container of them must be
// tracked. Many values are immortal, in most programs: they are not counted.
[[nodiscard]] inline bool copy_values(Value* to, const Value* from, std::size_t count) noexcept {
  bool calls = false;
  for (std::size_t i = 0; i < count; ++i) {
    Object& item = *from[i];
    if (object::Counting::is_immortal(runtime::header_of_payload(&item)->references)) {
      ::new (to + i) Value(Value::adopt(&item));
    } else {
      ::new (to + i) Value(from[i]);
      calls = calls || may_hold_references(item);
    }
  }
  return calls;
}

// Ends `count` values. Many are immortal, in most programs: they are passed over first.
inline void drop_values(Value* values, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const bool stays = !runtime::kChecks && values[i] &&
                       object::Counting::is_immortal(values[i].header()->references);
    if (!stays) std::destroy_at(values + i);
  }
}

// The first position at which two sequences differ, or the length of the shorter. `items()` is
// asked anew at each step, as comparing may change the sequence.
template <class Sequence>
Result<std::size_t> first_difference(const Sequence& a, const Sequence& b) {
  for (std::size_t i = 0;; ++i) {
    if (i >= a.items().size() || i >= b.items().size()) return i;
    const Value x = a.items()[i];
    const Value y = b.items()[i];
    if (same(x, y)) continue;
    const Result<bool> is_equal = equal(x, y);
    if (!is_equal) return is_equal.failure();
    if (!*is_equal) return i;
  }
}

template <class Sequence>
Result<bool> equal_sequences(const Object& self, const Object& other) {
  if (!is<Sequence>(other)) return false;
  const auto& a = static_cast<const Sequence&>(self);
  const auto& b = static_cast<const Sequence&>(other);
  if (a.items().size() != b.items().size()) return false;
  const Result<std::size_t> differ = first_difference(a, b);
  if (!differ) return differ.failure();
  return *differ >= a.items().size() && *differ >= b.items().size();
}

template <class Sequence>
Result<Verdict> compare_sequences(Comparison comparison, const Object& self, const Object& other) {
  if (!is<Sequence>(other) || comparison == Comparison::kNotEqual) return Verdict();
  const auto& a = static_cast<const Sequence&>(self);
  const auto& b = static_cast<const Sequence&>(other);
  const Result<std::size_t> differ = first_difference(a, b);
  if (!differ) return differ.failure();
  const std::size_t i = *differ;
  const std::size_t x = a.items().size();
  const std::size_t y = b.items().size();
  if (i >= x || i >= y) {
    return Verdict(holds(comparison, x == y  ? Ordering::kEqual
                                     : x < y ? Ordering::kLess
                                             : Ordering::kGreater));
  }
  const Result<bool> answer = compare(comparison, Value(a.items()[i]), Value(b.items()[i]));
  if (!answer) return answer.failure();
  return Verdict(*answer);
}

template <class Sequence>
Result<bool> contains_item(const Object& self, const Object& item) {
  const auto& sequence = static_cast<const Sequence&>(self);
  for (std::size_t i = 0; i < sequence.items().size(); ++i) {
    const Value candidate = sequence.items()[i];
    if (candidate.get() == &item) return true;
    Result<bool> found = equal(*candidate, item);
    if (!found || *found) return found;
  }
  return false;
}

// The position of the first item between the bounds that is the value or equal to it, or SIZE_MAX.
template <class Sequence>
Result<std::size_t> position_in(const Sequence& sequence, const Value& value, std::int64_t start,
                                std::int64_t stop) {
  const Bounds bounds = Bounds::of(sequence.items().size(), start, stop);
  for (std::size_t i = bounds.begin; i < bounds.end && i < sequence.items().size(); ++i) {
    const Value candidate = sequence.items()[i];
    if (same(candidate, value)) return i;
    const Result<bool> found = equal(candidate, value);
    if (!found) return found.failure();
    if (*found) return i;
  }
  return SIZE_MAX;
}

template <class Sequence>
Result<std::size_t> count_in(const Sequence& sequence, const Value& value) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < sequence.items().size(); ++i) {
    const Value candidate = sequence.items()[i];
    const Result<bool> is_equal = same(candidate, value) ? true : equal(candidate, value);
    if (!is_equal) return is_equal.failure();
    found += *is_equal ? 1 : 0;
  }
  return found;
}

// a, b, c
template <class Sequence>
Result<void> append_items(const Sequence& sequence, std::string& out) {
  for (std::size_t i = 0; i < sequence.items().size(); ++i) {
    if (i > 0) out += ", ";
    const Value item = sequence.items()[i];
    if (Result<void> done = append_repr(*item, out); !done) return done;
  }
  return {};
}

}  // namespace exuvia::types
