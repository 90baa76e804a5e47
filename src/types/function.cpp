#include "exuvia/types/function.hpp"

#include <vector>

#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

namespace {

Result<void> repr_function(const Object& object, std::string& out) {
  const auto& self = static_cast<const Function&>(object);
  out.append("<function ").append(self.name->to_utf8()).append(">");
  return {};
}

const Method& method_in(const Object& object) noexcept {
  return static_cast<const Method&>(object);
}

Result<void> repr_method(const Object& object, std::string& out) {
  out += "<bound method of ";
  if (Result<void> done = append_repr(*method_in(object).self, out); !done) return done;
  out += '>';
  return {};
}

// Of the same object, which is asked nothing, and an equal function.
Result<bool> equal_methods(const Object& self, const Object& other) {
  if (!is<Method>(other) || !same(method_in(self).self, method_in(other).self)) return false;
  return equal(method_in(self).function, method_in(other).function);
}

Result<Hash> hash_of_method(const Object& self) {
  const Result<Hash> of_function = hash(method_in(self).function);
  if (!of_function) return of_function.failure();
  return *of_function ^ identity_hash(*method_in(self).self);
}

Result<Value> call_function(Object& object, std::span<const Value> arguments) {
  const auto& self = static_cast<const Function&>(object);
  return self.code(self.closure, arguments);
}

Result<Value> bind_function(Object& self, const Value& instance, const Value&) {
  return instance ? made(make_method(instance, Value::to(self))) : Value();
}

Result<Value> call_bound(Object& object, std::span<const Value> arguments) {
  const Method& self = method_in(object);
  std::vector<Value> all{self.self};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return call(self.function, all);
}

}  // namespace

constinit const Type Function::type =
    native_type<Function>("function", {.repr = &repr_function,
                                       .call = &call_function,
                                       .bind = &bind_function,
                                       .is_weakly_referable = true});
constinit const Type Method::type = native_type<Method>("method", {.equal = &equal_methods,
                                                                   .hash = &hash_of_method,
                                                                   .repr = &repr_method,
                                                                   .call = &call_bound,
                                                                   .is_weakly_referable = true});

Ref<Function> make_function(std::string_view name, Code code, Value closure) {
  Ref<Str> text = intern_literal(name);
  if (!text) return nullptr;
  Ref<Function> function = try_build<Function>(Function::type, sizeof(Function), code,
                                               std::move(text), std::move(closure));
  if (!function) return function;
  return publish(std::move(function), true);
}

Ref<Method> make_method(Value self, Value function) noexcept {
  Ref<Method> method =
      try_build<Method>(Method::type, sizeof(Method), std::move(self), std::move(function));
  if (!method) return method;
  return publish(std::move(method), true);
}

Result<void> check_arguments(std::string_view name, std::span<const Value> arguments,
                             std::size_t least, std::size_t most) {
  const std::size_t count = arguments.size();
  if (count >= least && count <= most) return {};
  const std::string wanted = least == most   ? std::to_string(least)
                             : count < least ? "at least " + std::to_string(least)
                                             : "at most " + std::to_string(most);
  return type_error(std::string(name) + "() takes " + wanted + " arguments (" +
                    std::to_string(count) + " given)");
}

}  // namespace exuvia::types
