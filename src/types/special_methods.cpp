#include "types/special_methods.hpp"

#include <vector>

#include "exuvia/types/function.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/defaults.hpp"
#include "types/format_spec.hpp"
#include "types/instance.hpp"
#include "types/operand_errors.hpp"
#include "types/sequence_iterator.hpp"

namespace exuvia::types {

namespace {

Value value_of(const Object& object) noexcept { return Value::to(const_cast<Object&>(object)); }

}  // namespace

Value method_of(const Object& self, const AsciiName& name) {
  const Class* const of = own_class(self);
  return of != nullptr ? special(*of, name) : nullptr;
}

Result<Value> call_special(const Value& method, const Object& self,
                           std::span<const Value> arguments) {
  if (!is<Function>(method)) {
    const Result<Value> own = bound(method, value_of(self), class_of(self));
    return own ? call(*own, arguments) : own;
  }
  std::vector<Value> all{value_of(self)};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return call(method, all);
}

Result<Value> ask(const Object& self, const AsciiName& name, std::span<const Value> arguments) {
  const Value method = method_of(self, name);
  if (!method) return Value();
  Result<Value> answer = call_special(method, self, arguments);
  if (answer && !*answer)
    return type_error(std::string(name.text()) + "() returned nothing: a value is needed");
  return answer;
}

namespace {

// The same of a method that may not know the other operand: an empty Value then too.
Result<Value> ask_about(const Object& self, const AsciiName& name, const Value& other) {
  Result<Value> answer = ask(self, name, {other});
  if (answer && is<NotImplemented>(*answer)) return Value();
  return answer;
}

Result<Verdict> verdict_of(const Result<Value>& answer) {
  if (!answer) return answer.failure();
  if (!*answer) return Verdict();
  const Result<bool> is_true = types::truth(*answer);
  if (!is_true) return is_true.failure();
  return Verdict(*is_true);
}

Error unsupported(const Object& self, const char* what) {
  return type_error("'" + type_name(self) + "' object " + what);
}

// By operator: the method of the left operand, that of the right one, and that of an assignment.
struct OperatorNames {
  AsciiName name;
  AsciiName reflected;
  AsciiName in_place;
};
constexpr OperatorNames kOperatorNames[] = {{"__add__", "__radd__", "__iadd__"},
                                            {"__sub__", "__rsub__", "__isub__"},
                                            {"__mul__", "__rmul__", "__imul__"},
                                            {"__truediv__", "__rtruediv__", "__itruediv__"},
                                            {"__floordiv__", "__rfloordiv__", "__ifloordiv__"},
                                            {"__mod__", "__rmod__", "__imod__"},
                                            {"__pow__", "__rpow__", "__ipow__"},
                                            {"__lshift__", "__rlshift__", "__ilshift__"},
                                            {"__rshift__", "__rrshift__", "__irshift__"},
                                            {"__and__", "__rand__", "__iand__"},
                                            {"__or__", "__ror__", "__ior__"},
                                            {"__xor__", "__rxor__", "__ixor__"}};

const OperatorNames& names_of(Operator op) noexcept {
  return kOperatorNames[static_cast<std::size_t>(op)];
}

// Whether the right operand's reflection goes before the left one's method: its class is derived
// from the left one's, and has another one.
bool is_right_first(const AsciiName& reflected, const Object& left, const Object& right) {
  return is_of_derived_class(right, left) &&
         method_of(right, reflected) != method_of(left, reflected);
}

// As Python's int hash, so that a method may return any int.
Result<Hash> hash_from(const Value& answer) {
  if (as_integer(answer) == nullptr) return type_error("__hash__ method should return an integer");
  const auto small = as_integer(answer)->to_int64();
  return small && *small != -1 ? Result<Hash>(*small) : hash(answer);
}

bool is_iterator(const Object& object) {
  return class_of(object) ? static_cast<bool>(method_of(object, "__next__"))
                          : type_of(object).does.next != nullptr;
}

Result<void> append_answer(const Value& answer, const char* name, std::string& out) {
  if (!is<Str>(answer))
    return type_error(std::string(name) + " returned non-string (type " +
                      types::type_name(*answer) + ")");
  out += as<Str>(answer)->to_utf8();
  return {};
}

}  // namespace

std::string SpecialMethods::type_name(const Object& self) {
  return class_of(self)->name->to_utf8();
}

Result<bool> SpecialMethods::equal(const Object& self, const Object& other) {
  const bool other_first = is_of_derived_class(other, self);
  const Object& first = other_first ? other : self;
  const Object& second = other_first ? self : other;
  Result<Value> answer = ask_about(first, "__eq__", value_of(second));
  if (answer && !*answer) answer = ask_about(second, "__eq__", value_of(first));
  if (!answer) return answer.failure();
  if (!*answer) return &self == &other;
  return types::truth(*answer);
}

// The first class that says something of equality says how it goes with the hash.
Result<Hash> SpecialMethods::hash(const Object& self) {
  const Ref<Class> of = class_of(self);
  const Value method = first_special(*of, "__hash__", "__eq__");
  if (!method) return identity_hash(self);
  if (method != special(*of, "__hash__") || is_none(method))
    return type_error("unhashable type: '" + type_name(self) + "'");
  const Result<Value> answer = ask(self, "__hash__");
  if (!answer) return answer.failure();
  return hash_from(*answer);
}

Result<Verdict> SpecialMethods::compare(Comparison comparison, const Object& self,
                                        const Object& other) {
  constexpr AsciiName kNames[] = {"__lt__", "__le__", "__gt__", "__ge__", "__ne__"};
  const AsciiName& name = kNames[static_cast<std::size_t>(comparison)];
  if (comparison != Comparison::kNotEqual || method_of(self, name))
    return verdict_of(ask_about(self, name, value_of(other)));
  Result<Verdict> are_equal = verdict_of(ask_about(self, "__eq__", value_of(other)));
  if (!are_equal || !*are_equal) return are_equal;
  return Verdict(!**are_equal);
}

Result<void> SpecialMethods::repr(const Object& self, std::string& out) {
  const Result<Value> answer = ask(self, "__repr__");
  if (!answer) return answer.failure();
  if (*answer) return append_answer(*answer, "__repr__", out);
  append_default_repr(self, out);
  return {};
}

Result<void> SpecialMethods::str(const Object& self, std::string& out) {
  const Result<Value> answer = ask(self, "__str__");
  if (!answer) return answer.failure();
  return *answer ? append_answer(*answer, "__str__", out) : append_repr(self, out);
}

Result<void> SpecialMethods::format(const Object& self, const Str& spec, std::string& out) {
  const Result<Value> answer = ask(self, "__format__", {value_of(spec)});
  if (!answer) return answer.failure();
  if (!*answer) return format_by_default(self, spec, out);
  if (!is<Str>(*answer))
    return type_error("__format__ must return a str, not " + types::type_name(**answer));
  out += as<Str>(*answer)->to_utf8();
  return {};
}

Result<bool> SpecialMethods::truth(const Object& self) {
  const Result<Value> answer = ask(self, "__bool__");
  if (!answer) return answer.failure();
  if (*answer && !is<Bool>(*answer))
    return type_error("__bool__ should return bool, returned " + types::type_name(**answer));
  if (*answer) return types::truth(*answer);
  if (!method_of(self, "__len__")) return true;
  const Result<std::size_t> items = length(self);
  if (!items) return items.failure();
  return *items != 0;
}

Result<std::size_t> SpecialMethods::length(const Object& self) {
  const Result<Value> answer = ask(self, "__len__");
  if (!answer) return answer.failure();
  if (!*answer) return type_error("object of type '" + type_name(self) + "' has no len()");
  const Result<std::int64_t> items = to_index(*answer);
  if (!items && items.error().kind == ErrorKind::kIndexError)
    return Error{ErrorKind::kOverflowError, items.message()};
  if (!items) return items.failure();
  if (*items < 0) return value_error("__len__() should return >= 0");
  return static_cast<std::size_t>(*items);
}

Result<Value> SpecialMethods::iterate(Object& self) {
  const Value method = method_of(self, "__iter__");
  if (is_none(method) || (!method && !method_of(self, "__getitem__")))
    return unsupported(self, "is not iterable");
  if (!method) return iterate_by_items(value_of(self));
  Result<Value> answer = ask(self, "__iter__");
  if (!answer) return answer;
  if (is_iterator(**answer)) return answer;
  return type_error("iter() returned non-iterator of type '" + types::type_name(**answer) + "'");
}

// The one method that may return nothing: that ends the iteration.
Result<Value> SpecialMethods::next(Object& self) {
  const Value method = method_of(self, "__next__");
  if (!method) return unsupported(self, "is not an iterator");
  return call_special(method, self, {});
}

Result<bool> SpecialMethods::contains(const Object& self, const Object& item) {
  if (is_none(method_of(self, "__contains__"))) return unsupported(self, "is not a container");
  const Result<Value> answer = ask(self, "__contains__", {value_of(item)});
  if (!answer) return answer.failure();
  if (*answer) return types::truth(*answer);
  return contains_by_iterating(value_of(self), item);
}

Result<Value> SpecialMethods::getitem(Object& self, const Value& key) {
  Result<Value> answer = ask(self, "__getitem__", {key});
  if (answer && !*answer) return unsupported(self, "is not subscriptable");
  return answer;
}

Result<void> SpecialMethods::setitem(Object& self, const Value& key, Value value) {
  const bool is_store = value != nullptr;
  const Result<Value> answer = is_store ? ask(self, "__setitem__", {key, std::move(value)})
                                        : ask(self, "__delitem__", {key});
  if (!answer) return answer.failure();
  if (*answer) return {};
  if (method_of(self, is_store ? AsciiName("__delitem__") : AsciiName("__setitem__")))
    return Error{ErrorKind::kAttributeError, is_store ? "__setitem__" : "__delitem__"};
  if (is_store) return unsupported(self, "does not support item assignment");
  return unsupported_deletion(self, key);
}

Result<Value> SpecialMethods::binary(Operator op, const Value& left, const Value& right) {
  const OperatorNames& names = names_of(op);
  const bool right_first = is_right_first(names.reflected, *left, *right);
  if (right_first) {
    Result<Value> answer = ask_about(*right, names.reflected, left);
    if (!answer || *answer) return answer;
  }
  Result<Value> answer = ask_about(*left, names.name, right);
  if (!answer || *answer || right_first || class_of(*left) == class_of(*right)) return answer;
  return ask_about(*right, names.reflected, left);
}

Result<Value> SpecialMethods::in_place(Operator op, const Value& left, const Value& right) {
  return ask_about(*left, names_of(op).in_place, right);
}

Result<Value> SpecialMethods::unary(UnaryOperator op, const Value& self) {
  constexpr AsciiName kNames[] = {"__neg__", "__pos__", "__invert__", "__abs__"};
  return ask(*self, kNames[static_cast<std::size_t>(op)]);
}

Result<Value> SpecialMethods::index(Object& self) { return ask(self, "__index__"); }

Result<Value> SpecialMethods::call(Object& self, std::span<const Value> arguments) {
  const Value method = method_of(self, "__call__");
  if (!method) return unsupported(self, "is not callable");
  return call_special(method, self, arguments);
}

// Unlike the others, __get__ is not bound: it may be an object that has itself for a __get__.
Result<Value> SpecialMethods::bind(Object& self, const Value& instance, const Value& owner) {
  const Value method = method_of(self, "__get__");
  if (!method) return Value();
  const Value arguments[] = {value_of(self), instance ? instance : Value(none()), owner};
  return answer_of(method, arguments);
}

Result<void> SpecialMethods::assign(Object& self, const Value& instance, Value value) {
  const AsciiName name = value ? AsciiName("__set__") : AsciiName("__delete__");
  const Result<Value> answer =
      value ? ask(self, name, {instance, std::move(value)}) : ask(self, name, {instance});
  if (!answer) return answer.failure();
  if (*answer) return {};
  return Error{ErrorKind::kAttributeError, std::string(name.text())};
}

bool derives(const Object& object, const Object& other) noexcept {
  const Class* const derived = own_class(object);
  const Class* const base = own_class(other);
  return derived != base && is_subclass(*derived, *base);
}

}  // namespace exuvia::types
