#include "exuvia/types/none.hpp"
#include "types/reference.hpp"

namespace exuvia::types {

namespace {

const WeakMethod& method_in(const Object& object) noexcept {
  return static_cast<const WeakMethod&>(object);
}

bool is_dead(const WeakMethod& method) noexcept {
  return method.target.expired() || method.function.expired();
}

Result<bool> equal_methods(const Object& self, const Object& other) {
  if (&self == &other) return true;
  if (!is<WeakMethod>(other)) return false;
  const WeakMethod& a = method_in(self);
  const WeakMethod& b = method_in(other);
  if (is_dead(a) || is_dead(b)) return false;
  const Value functions[] = {a.function.lock(), b.function.lock()};
  Result<bool> has_equal_object = equal(referent(a), referent(b));
  if (!has_equal_object || !*has_equal_object) return has_equal_object;
  return equal(functions[0], functions[1]);
}

Result<Value> call_method(Object& object, std::span<const Value>) {
  Result<Value> method = bound_method(method_in(object));
  if (!method || *method) return method;
  return Value(none());
}

}  // namespace

constinit const Type WeakMethod::type =
    native_type<WeakMethod>("WeakMethod", {.equal = &equal_methods,
                                           .hash = &hash_of_reference,
                                           .repr = &repr_reference,
                                           .call = &call_method,
                                           .is_weakly_referable = true});

Result<Ref<WeakMethod>> make_weak_method(const Value& method, Value callback) {
  const Method* const bound = as<Method>(method);
  if (bound == nullptr)
    return type_error("argument should be a bound method, not <class '" + type_name(*method) +
                      "'>");
  Result<Ref<WeakMethod>> made = make_watcher<WeakMethod>(bound->self, std::move(callback));
  if (!made) return made;
  Result<Weak<Object>> watch = try_watch(bound->function, calling_back(**made));
  if (!watch) return watch.failure();
  (*made)->function = *std::move(watch);
  return made;
}

Result<Value> bound_method(const WeakMethod& method) noexcept {
  Value self = referent(method);
  Value function = method.function.lock();
  if (!self || !function) return Value();
  return made(make_method(std::move(self), std::move(function)));
}

}  // namespace exuvia::types
