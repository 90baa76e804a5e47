// Concatenation and repetition, + and *, of lists and tuples.
//
// A sequence type S says how: concatenated(const S&, const S&) and repeated(const S&, copies),
// where neither the copies nor the items are none.
#pragma once

#include "exuvia/types/int.hpp"
#include "exuvia/types/object.hpp"

namespace exuvia::types {

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
    if (a != nullptr && as_integer(right) != nullptr) return multiplied(*a, *as_integer(right));
    if (b != nullptr && as_integer(left) != nullptr) return multiplied(*b, *as_integer(left));
    return Value();
  }

 private:
  static constexpr std::uint64_t kMostItems = std::uint64_t{1} << 40;

  [[nodiscard]] Result<Value> multiplied(const S& sequence, const Int& times) const {
    if (times.size <= 0 || sequence.size == 0) return empty();
    const auto copies = times.to_int64();
    if (!copies || static_cast<std::uint64_t>(*copies) > kMostItems / sequence.size)
      return out_of_memory();
    return repeated(sequence, static_cast<std::size_t>(*copies));
  }
};

}  // namespace exuvia::types
