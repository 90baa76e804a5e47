// What can be done with any value, as in Python.
//
// Each function calls the slot of the value's type, and says in Python's words why it cannot. Where
// it makes an object it does so on the current heap.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

struct Str;

// `is`
[[nodiscard]] inline bool same(const Value& a, const Value& b) noexcept { return a == b; }
// a == b
[[nodiscard]] Result<bool> equal(const Object& a, const Object& b);
[[nodiscard]] Result<bool> equal(const Value& a, const Value& b);
// a < b and so on; TypeError where the types have no order.
[[nodiscard]] Result<bool> compare(Comparison comparison, const Value& a, const Value& b);
[[nodiscard]] inline Result<bool> not_equal(const Value& a, const Value& b) {
  return compare(Comparison::kNotEqual, a, b);
}
[[nodiscard]] inline Result<bool> less(const Value& a, const Value& b) {
  return compare(Comparison::kLess, a, b);
}
[[nodiscard]] inline Result<bool> less_equal(const Value& a, const Value& b) {
  return compare(Comparison::kLessEqual, a, b);
}
[[nodiscard]] inline Result<bool> greater(const Value& a, const Value& b) {
  return compare(Comparison::kGreater, a, b);
}
[[nodiscard]] inline Result<bool> greater_equal(const Value& a, const Value& b) {
  return compare(Comparison::kGreaterEqual, a, b);
}
[[nodiscard]] Result<Hash> hash(const Value& value);
[[nodiscard]] Result<Hash> hash(const Object& value);

// repr(value) and str(value), in UTF-8.
[[nodiscard]] Result<std::string> repr(const Value& value);
[[nodiscard]] Result<std::string> str(const Value& value);
// The same, appended to `out`; for the repr slots of containers.
[[nodiscard]] Result<void> append_repr(const Object& value, std::string& out);
[[nodiscard]] Result<void> append_str(const Object& value, std::string& out);

[[nodiscard]] Result<bool> truth(const Value& value);
[[nodiscard]] Result<std::size_t> length(const Value& value);

// iter(value)
[[nodiscard]] Result<Value> iterate(const Value& value);
// The next value of an iterator; empty at the end.
[[nodiscard]] Result<Value> next(const Value& iterator);
// Calls visit(Value) for each value that iterating gives; ends early with the first failure of
// visit, which returns Result<void>.
template <class Visit>
[[nodiscard]] Result<void> for_each(const Value& iterable, Visit&& visit) {
  const Result<Value> iterator = iterate(iterable);
  if (!iterator) return iterator.failure();
  Object& walk = **iterator;
  const auto advance = type_of(walk).does.next;  // asked once for all
  if (advance == nullptr) return next(*iterator).failure();
  for (;;) {
    Value value;
    {
      Result<Value> advanced = advance(walk);
      if (!advanced) return advanced.failure();
      value = *std::move(advanced);
    }
    if (!value) return {};
    if (Result<void> visited = visit(std::move(value)); !visited) return visited;
  }
}
// item in container
[[nodiscard]] Result<bool> contains(const Value& container, const Value& item);

// container[key], container[key] = value, del container[key]
[[nodiscard]] Result<Value> getitem(const Value& container, const Value& key);
[[nodiscard]] Result<void> setitem(const Value& container, const Value& key, Value value);
[[nodiscard]] Result<void> delitem(const Value& container, const Value& key);

// object.name, object.name = value, del object.name
[[nodiscard]] Result<Value> getattr(const Value& object, const Value& name);
[[nodiscard]] Result<Value> getattr(const Value& object, std::string_view name);
[[nodiscard]] Result<void> setattr(const Value& object, const Value& name, Value value);
[[nodiscard]] Result<void> setattr(const Value& object, std::string_view name, Value value);
[[nodiscard]] Result<void> delattr(const Value& object, const Value& name);
// hasattr(object, name): other failures than AttributeError are failures.
[[nodiscard]] Result<bool> hasattr(const Value& object, std::string_view name);

// left op right
[[nodiscard]] Result<Value> binary(Operator op, const Value& left, const Value& right);
[[nodiscard]] inline Result<Value> add(const Value& left, const Value& right) {
  return binary(Operator::kAdd, left, right);
}
[[nodiscard]] inline Result<Value> subtract(const Value& left, const Value& right) {
  return binary(Operator::kSubtract, left, right);
}
[[nodiscard]] inline Result<Value> multiply(const Value& left, const Value& right) {
  return binary(Operator::kMultiply, left, right);
}
[[nodiscard]] inline Result<Value> true_divide(const Value& left, const Value& right) {
  return binary(Operator::kTrueDivide, left, right);
}
[[nodiscard]] inline Result<Value> floor_divide(const Value& left, const Value& right) {
  return binary(Operator::kFloorDivide, left, right);
}
[[nodiscard]] inline Result<Value> modulo(const Value& left, const Value& right) {
  return binary(Operator::kModulo, left, right);
}
[[nodiscard]] inline Result<Value> power(const Value& left, const Value& right) {
  return binary(Operator::kPower, left, right);
}

// left op= right: what `left` is to be from now on. Lists, sets, dicts and all else that changes
// change themselves; of other values it is as binary().
[[nodiscard]] Result<Value> in_place(Operator op, const Value& left, const Value& right);

// -value, +value, ~value, abs(value)
[[nodiscard]] Result<Value> unary(UnaryOperator op, const Value& value);
[[nodiscard]] inline Result<Value> negative(const Value& value) {
  return unary(UnaryOperator::kNegative, value);
}
[[nodiscard]] inline Result<Value> positive(const Value& value) {
  return unary(UnaryOperator::kPositive, value);
}
[[nodiscard]] inline Result<Value> invert(const Value& value) {
  return unary(UnaryOperator::kInvert, value);
}
[[nodiscard]] inline Result<Value> absolute(const Value& value) {
  return unary(UnaryOperator::kAbsolute, value);
}

// operator.index(value): the Int that the value is, or stands for. TypeError for others.
[[nodiscard]] Result<Value> index(const Value& value);
// The same as a number of the machine: IndexError if it does not fit.
[[nodiscard]] Result<std::int64_t> to_index(const Value& value);

// callable(*arguments)
[[nodiscard]] Result<Value> call(const Value& callable, std::span<const Value> arguments);
[[nodiscard]] inline Result<Value> call(const Value& callable,
                                        std::initializer_list<Value> arguments) {
  return call(callable, std::span<const Value>(arguments.begin(), arguments.size()));
}

}  // namespace exuvia::types
