// The protocol of instances, but for attributes: each slot asks the class for its special
// attribute.
#pragma once

#include "exuvia/types/object.hpp"
#include "types/ascii_name.hpp"

namespace exuvia::types {

// Slots that find what they do in the class of the instance.
struct SpecialMethods {
  static std::string type_name(const Object& self);
  static Result<bool> equal(const Object& self, const Object& other);
  static Result<Hash> hash(const Object& self);
  static Result<Verdict> compare(Comparison comparison, const Object& self, const Object& other);
  static Result<void> repr(const Object& self, std::string& out);
  static Result<void> str(const Object& self, std::string& out);
  static Result<void> format(const Object& self, const Str& spec, std::string& out);
  static Result<bool> truth(const Object& self);
  static Result<std::size_t> length(const Object& self);
  static Result<Value> iterate(Object& self);
  static Result<Value> next(Object& self);
  static Result<bool> contains(const Object& self, const Object& item);
  static Result<Value> getitem(Object& self, const Value& key);
  static Result<void> setitem(Object& self, const Value& key, Value value);
  static Result<Value> binary(Operator op, const Value& left, const Value& right);
  static Result<Value> in_place(Operator op, const Value& left, const Value& right);
  static Result<Value> unary(UnaryOperator op, const Value& self);
  static Result<Value> index(Object& self);
  static Result<Value> call(Object& self, std::span<const Value> arguments);
  static Result<Value> bind(Object& self, const Value& instance, const Value& owner);
  static Result<void> assign(Object& self, const Value& instance, Value value);
};

// The special method of the object's class, empty if there is none.
[[nodiscard]] Value method_of(const Object& self, const AsciiName& name);
// What a method of the object's class answers it: a function gets the object before the arguments,
// and what else the class has there is bound to it first.
[[nodiscard]] Result<Value> call_special(const Value& method, const Object& self,
                                         std::span<const Value> arguments);
// The answer of the special method where the class has it; an empty Value where not.
[[nodiscard]] Result<Value> ask(const Object& self, const AsciiName& name,
                                std::span<const Value> arguments);
[[nodiscard]] inline Result<Value> ask(const Object& self, const AsciiName& name,
                                       std::initializer_list<Value> arguments = {}) {
  return ask(self, name, std::span<const Value>(arguments.begin(), arguments.size()));
}

// Whether the class of `object` is derived from that of `other`, so that it is asked first.
[[nodiscard]] bool derives(const Object& object, const Object& other) noexcept;
[[nodiscard]] inline bool is_of_derived_class(const Object& object, const Object& other) noexcept {
  const auto is_instance = [](const Object& one) {
    return type_of(one).does.type_name == &SpecialMethods::type_name;
  };
  return is_instance(object) && is_instance(other) && derives(object, other);
}

[[nodiscard]] constexpr Protocol special_methods() noexcept {
  using S = SpecialMethods;
  return {.equal = &S::equal,
          .hash = &S::hash,
          .compare = &S::compare,
          .repr = &S::repr,
          .str = &S::str,
          .format = &S::format,
          .truth = &S::truth,
          .length = &S::length,
          .iterate = &S::iterate,
          .next = &S::next,
          .contains = &S::contains,
          .getitem = &S::getitem,
          .setitem = &S::setitem,
          .binary = &S::binary,
          .in_place = &S::in_place,
          .unary = &S::unary,
          .index = &S::index,
          .call = &S::call,
          .bind = &S::bind,
          .assign = &S::assign,
          .type_name = &S::type_name,
          .is_weakly_referable = true};
}

}  // namespace exuvia::types
