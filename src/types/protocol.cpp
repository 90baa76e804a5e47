#include "exuvia/types/protocol.hpp"

#include <cinttypes>
#include <cstdio>

#include "exuvia/types/int.hpp"
#include "exuvia/types/str.hpp"
#include "types/defaults.hpp"
#include "types/operand_errors.hpp"
#include "types/recursion.hpp"
#include "types/special_methods.hpp"

namespace exuvia::types {

namespace {

std::string quoted_type(const Object& object) { return "'" + type_name(object) + "'"; }

// b op a where a op b is asked.
Comparison mirrored(Comparison comparison) noexcept {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessEqual:
      return Comparison::kGreaterEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterEqual:
      return Comparison::kLessEqual;
    case Comparison::kNotEqual:
      break;
  }
  return comparison;
}

// What the type of `a` answers; nothing if it does not know.
Result<Verdict> try_compare(Comparison comparison, const Object& a, const Object& b) {
  const Protocol& does = type_of(a).does;
  if (does.compare != nullptr) return does.compare(comparison, a, b);
  if (does.order == nullptr || comparison == Comparison::kNotEqual) return Verdict();
  const Result<Ordering> order = does.order(a, b);
  if (!order) return order.failure();
  if (*order == Ordering::kUnsupported) return Verdict();
  return Verdict(holds(comparison, *order));
}

}  // namespace

Hash identity_hash(const Object& object) noexcept {
  // Objects lie at multiples of 16.
  const auto address = reinterpret_cast<std::uintptr_t>(&object);
  return static_cast<Hash>((address >> 4) | (address << 60));
}

std::string address_of(const Object& object) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIxPTR, reinterpret_cast<std::uintptr_t>(&object));
  return text;
}

void append_default_repr(const Object& object, std::string& out) {
  out.append("<").append(type_name(object)).append(" object at ");
  out.append(address_of(object)).append(">");
}

Result<bool> contains_by_iterating(const Value& container, const Object& item) {
  const Result<Value> iterator = iterate(container);
  if (!iterator && iterator.error().kind == ErrorKind::kTypeError)
    return type_error("argument of type " + quoted_type(*container) + " is not iterable");
  if (!iterator) return iterator.failure();
  for (;;) {
    const Result<Value> candidate = next(*iterator);
    if (!candidate) return candidate.failure();
    if (!*candidate) return false;
    if (candidate->get() == &item) return true;
    Result<bool> found = equal(**candidate, item);
    if (!found || *found) return found;
  }
}

namespace {

using Equal = decltype(Protocol::equal);

// Asks those that there are, each once.
Result<bool> equal_by(Equal ask_left, Equal ask_right, const Object& a, const Object& b) {
  if (ask_left != nullptr) {
    Result<bool> answer = ask_left(a, b);
    if (!answer || *answer || ask_right == ask_left) return answer;
  }
  return ask_right != nullptr ? ask_right(b, a) : &a == &b;
}

// The slot of types whose comparison says nothing of equality.
Equal equal_apart(const Object& object) noexcept {
  const Equal slot = type_of(object).does.equal;
  return slot == &SpecialMethods::equal ? nullptr : slot;
}

}  // namespace

Result<bool> equal(const Object& a, const Object& b) {
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("in comparison");
  return equal_by(type_of(a).does.equal, type_of(b).does.equal, a, b);
}

Result<bool> equal(const Value& a, const Value& b) { return equal(*a, *b); }

Result<bool> compare(Comparison comparison, const Value& a, const Value& b) {
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("in comparison");
  const bool right_first = is_of_derived_class(*b, *a);
  const Object& first = right_first ? *b : *a;
  const Object& second = right_first ? *a : *b;
  const Comparison asked = right_first ? mirrored(comparison) : comparison;
  Result<Verdict> answer = try_compare(asked, first, second);
  if (answer && !*answer) answer = try_compare(mirrored(asked), second, first);
  if (!answer) return answer.failure();
  if (*answer) return **answer;
  if (comparison != Comparison::kNotEqual) return unorderable(comparison, *a, *b);
  Result<bool> are_equal = equal_by(equal_apart(*a), equal_apart(*b), *a, *b);
  if (!are_equal) return are_equal;
  return !*are_equal;
}

Result<Hash> hash(const Object& value) {
  const Protocol& does = type_of(value).does;
  if (does.hash != nullptr) return does.hash(value);
  if (does.equal != nullptr) return type_error("unhashable type: " + quoted_type(value));
  return identity_hash(value);
}

Result<Hash> hash(const Value& value) { return hash(*value); }

Result<void> append_repr(const Object& value, std::string& out) {
  const Protocol& does = type_of(value).does;
  if (does.repr == nullptr) {
    append_default_repr(value, out);
    return {};
  }
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("while getting the repr of an object");
  return does.repr(value, out);
}

Result<void> append_str(const Object& value, std::string& out) {
  const Protocol& does = type_of(value).does;
  return does.str != nullptr ? does.str(value, out) : append_repr(value, out);
}

Result<std::string> repr(const Value& value) {
  std::string out;
  const Result<void> done = append_repr(*value, out);
  if (!done) return done.failure();
  return out;
}

Result<std::string> str(const Value& value) {
  std::string out;
  const Result<void> done = append_str(*value, out);
  if (!done) return done.failure();
  return out;
}

Result<bool> truth(const Value& value) {
  const Protocol& does = type_of(value).does;
  if (does.truth != nullptr) return does.truth(*value);
  if (does.length == nullptr) return true;
  const Result<std::size_t> items = does.length(*value);
  if (!items) return items.failure();
  return *items != 0;
}

Result<std::size_t> length(const Value& value) {
  const Protocol& does = type_of(value).does;
  if (does.length == nullptr)
    return type_error("object of type " + quoted_type(*value) + " has no len()");
  return does.length(*value);
}

Result<Value> iterate(const Value& value) {
  const Protocol& does = type_of(value).does;
  if (does.iterate == nullptr) return type_error(quoted_type(*value) + " object is not iterable");
  return does.iterate(*value);
}

Result<Value> next(const Value& iterator) {
  const Protocol& does = type_of(iterator).does;
  if (does.next == nullptr)
    return type_error(quoted_type(*iterator) + " object is not an iterator");
  return does.next(*iterator);
}

Result<bool> contains(const Value& container, const Value& item) {
  const Protocol& does = type_of(container).does;
  if (does.contains != nullptr) return does.contains(*container, *item);
  return contains_by_iterating(container, *item);
}

Result<Value> getitem(const Value& container, const Value& key) {
  const Protocol& does = type_of(container).does;
  if (does.getitem == nullptr)
    return type_error(quoted_type(*container) + " object is not subscriptable");
  return does.getitem(*container, key);
}

Result<void> setitem(const Value& container, const Value& key, Value value) {
  const Protocol& does = type_of(container).does;
  if (does.setitem == nullptr && !value) return unsupported_deletion(*container, key);
  if (does.setitem == nullptr)
    return type_error(quoted_type(*container) + " object does not support item assignment");
  return does.setitem(*container, key, std::move(value));
}

Result<void> delitem(const Value& container, const Value& key) {
  return setitem(container, key, nullptr);
}

namespace {

// The name is no string, or the object's type has no attributes.
template <class T>
[[gnu::noinline, gnu::cold]] Result<T> no_attribute(const Value& object, const Value& name) {
  if (!is<Str>(name)) return type_error("attribute name must be string, not " + quoted_type(*name));
  return Error{ErrorKind::kAttributeError, quoted_type(*object) + " object has no attribute '" +
                                               as<Str>(name)->to_utf8() + "'"};
}

}  // namespace

Result<Value> getattr(const Value& object, const Value& name) {
  const auto slot = type_of(object).does.getattr;
  if (slot == nullptr || !is<Str>(name)) [[unlikely]]
    return no_attribute<Value>(object, name);
  return slot(*object, name);
}

Result<Value> getattr(const Value& object, std::string_view name) {
  const Ref<Str> text = intern_literal(name);
  if (!text) return out_of_memory();
  return getattr(object, Value(text));
}

Result<void> setattr(const Value& object, const Value& name, Value value) {
  const auto slot = type_of(object).does.setattr;
  if (slot == nullptr || !is<Str>(name)) [[unlikely]]
    return no_attribute<void>(object, name);
  return slot(*object, name, std::move(value));
}

Result<void> setattr(const Value& object, std::string_view name, Value value) {
  const Ref<Str> text = intern_literal(name);
  if (!text) return out_of_memory();
  return setattr(object, Value(text), std::move(value));
}

Result<void> delattr(const Value& object, const Value& name) {
  return setattr(object, name, nullptr);
}

Result<bool> hasattr(const Value& object, std::string_view name) {
  const Result<Value> found = getattr(object, name);
  if (!found && found.error().kind != ErrorKind::kAttributeError) return found.failure();
  return found.has_value();
}

namespace {

using Ask = decltype(Protocol::binary);

// The first answer of those that there are, neighbours that are the same asked once; an empty Value
// where none supports the operator.
Result<Value> first_answer(std::initializer_list<Ask> all, Operator op, const Value& left,
                           const Value& right) {
  Ask asked = nullptr;
  for (const Ask ask : all) {
    if (ask == nullptr || ask == asked) continue;
    Result<Value> answer = ask(op, left, right);
    if (!answer || *answer) return answer;
    asked = ask;
  }
  return Value();
}

bool is_right_first(Operator op, const Protocol& left, const Protocol& right) noexcept {
  const bool is_of_sequences = op == Operator::kAdd || op == Operator::kMultiply;
  return is_of_sequences && left.is_sequence && !right.is_sequence;
}

}  // namespace

Result<Value> binary(Operator op, const Value& left, const Value& right) {
  const Protocol& a = type_of(left).does;
  const Protocol& b = type_of(right).does;
  Result<Value> answer = is_right_first(op, a, b)
                             ? first_answer({b.binary, a.binary}, op, left, right)
                             : first_answer({a.binary, b.binary}, op, left, right);
  if (!answer || *answer) return answer;
  return unsupported_operands(op, Assignment::kNone, *left, *right);
}

Result<Value> in_place(Operator op, const Value& left, const Value& right) {
  const Protocol& a = type_of(left).does;
  const Protocol& b = type_of(right).does;
  Result<Value> answer = is_right_first(op, a, b)
                             ? first_answer({b.binary, a.in_place, a.binary}, op, left, right)
                             : first_answer({a.in_place, a.binary, b.binary}, op, left, right);
  if (!answer || *answer) return answer;
  return unsupported_operands(op, Assignment::kInPlace, *left, *right);
}

Result<Value> unary(UnaryOperator op, const Value& value) {
  const Protocol& does = type_of(value).does;
  Result<Value> answer = does.unary == nullptr ? Value() : does.unary(op, value);
  if (!answer || *answer) return answer;
  return unsupported_operand(op, *value);
}

Result<Value> try_index(const Value& value) {
  if (as_integer(value) != nullptr) return value;
  const Protocol& does = type_of(value).does;
  Result<Value> answer = does.index == nullptr ? Value() : does.index(*value);
  if (!answer || !*answer || as_integer(*answer) != nullptr) return answer;
  return type_error("__index__ returned non-int (type " + type_name(**answer) + ")");
}

Result<Value> index(const Value& value) {
  Result<Value> answer = try_index(value);
  if (!answer) return answer;
  if (is<Bool>(*answer)) return positive(*answer);
  if (*answer) return answer;
  return type_error(quoted_type(*value) + " object cannot be interpreted as an integer");
}

Result<std::int64_t> to_index(const Value& value) {
  const Result<Value> number = index(value);
  if (!number) return number.failure();
  if (const auto position = as_integer(*number)->to_int64()) return *position;
  return index_error("cannot fit 'int' into an index-sized integer");
}

Result<Value> call(const Value& callable, std::span<const Value> arguments) {
  const Protocol& does = type_of(callable).does;
  if (does.call == nullptr) return type_error(quoted_type(*callable) + " object is not callable");
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("while calling an object");
  return does.call(*callable, arguments);
}

Result<Value> answer_of(const Value& callable, std::span<const Value> arguments) {
  Result<Value> answer = call(callable, arguments);
  if (!answer || *answer) return answer;
  return type_error("a function returned nothing: a value is needed");
}

}  // namespace exuvia::types
