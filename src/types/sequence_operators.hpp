// Concatenation and repetition, + and *, of sequences.
#pragma once

#include <utility>

#include "exuvia/types/int.hpp"
#include "exuvia/types/object.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

inline constexpr std::uint64_t kMostItems = std::uint64_t{1} << 40;

// How often a sequence of `size` items is repeated by `times`, an Int: 0 where nothing is left.
// OverflowError in the words `too_long`, if there are any, and MemoryError for too many items.
[[nodiscard]] inline Result<std::size_t> repetitions(const Int& times, std::size_t size,
                                                     const char* too_long = nullptr) {
  if (times.size <= 0 || size == 0) return std::size_t{0};
  const auto copies = times.to_int64();
  if (!copies)
    return Error{ErrorKind::kOverflowError, "cannot fit 'int' into an index-sized integer"};
  const auto count = static_cast<std::uint64_t>(*copies);
  if (too_long != nullptr && count > static_cast<std::uint64_t>(INT64_MAX) / size)
    return Error{ErrorKind::kOverflowError, too_long};
  if (count > kMostItems / size) return out_of_memory();
  return static_cast<std::size_t>(count);
}

// The operands of a repetition: the sequence, and a number on either side of it. The number is
// empty if this is none.
[[nodiscard]] inline Result<std::pair<Value, Value>> sequence_and_times(const Value& left,
                                                                        const Value& right,
                                                                        bool is_left_sequence) {
  const Value& sequence = is_left_sequence ? left : right;
  Result<Value> times = try_index(is_left_sequence ? right : left);
  if (!times) return times.failure();
  return std::pair{sequence, *std::move(times)};
}

// Of a sequence type S: concatenated(const S&, const S&) and repeated(const S&, copies), where
// neither the copies nor the items are none.
template <class S>
struct SequenceOperators {
  Result<Value> (*concatenated)(const S& a, const S& b);
  Result<Value> (*repeated)(const S& sequence, std::size_t copies);
  Result<Value> (*empty)();

  [[nodiscard]] Result<Value> operator()(Operator op, const Value& left, const Value& right) const {
    const S* const a = as<S>(left);
    const S* const b = as<S>(right);
    if (op == Operator::kAdd && a != nullptr && b != nullptr) return concatenated(*a, *b);
    if (op != Operator::kMultiply) return Value();
    const Result<std::pair<Value, Value>> operands = sequence_and_times(left, right, a != nullptr);
    if (!operands) return operands.failure();
    if (!operands->second) return Value();
    const S& sequence = *as<S>(operands->first);
    const Result<std::size_t> copies = repetitions(*as_integer(operands->second), sequence.size);
    if (!copies) return copies.failure();
    return *copies == 0 ? empty() : repeated(sequence, *copies);
  }
};

}  // namespace exuvia::types
