#include "exuvia/types/descriptor.hpp"

#include "exuvia/types/function.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/instance.hpp"

namespace exuvia::types {

namespace {

const Property& property_in(const Object& object) noexcept {
  return static_cast<const Property&>(object);
}

Error lacks(const Property& property, const Value& instance, const char* what) {
  const std::string name = property.name ? " '" + property.name->to_utf8() + "'" : "";
  return {ErrorKind::kAttributeError,
          "property" + name + " of '" + type_name(*instance) + "' object has no " + what};
}

Result<Value> get_property(Object& self, const Value& instance, const Value&) {
  if (!instance) return Value();
  const Property& property = property_in(self);
  const Value getter = property.getter;
  return getter ? answer_of(getter, {&instance, 1}) : lacks(property, instance, "getter");
}

Result<void> assign_property(Object& self, const Value& instance, Value value) {
  const Property& property = property_in(self);
  const Value function = value ? property.setter : property.deleter;
  if (!function) return lacks(property, instance, value ? "setter" : "deleter");
  const Result<Value> done =
      value ? call(function, {instance, std::move(value)}) : call(function, {instance});
  if (!done) return done.failure();
  return {};
}

Result<Value> bind_to_class(Object& self, const Value&, const Value& owner) {
  return made(make_method(owner, static_cast<ClassMethod&>(self).function));
}

Result<Value> bind_to_nothing(Object& self, const Value&, const Value&) {
  return static_cast<StaticMethod&>(self).function;
}

Result<Value> call_static(Object& self, std::span<const Value> arguments) {
  const Value function = static_cast<StaticMethod&>(self).function;
  return call(function, arguments);
}

Result<Value> getattr_super(Object& object, const Value& name) {
  const auto& self = static_cast<const Super&>(object);
  const bool is_of_class = is<Class>(self.self);
  const Ref<Class> of = is_of_class ? cast<Class>(self.self) : class_of(*self.self);
  if (const Value found = attribute_after(*of, *self.after, *as<Str>(name)))
    return bound(found, is_of_class ? nullptr : self.self, of);
  return Error{ErrorKind::kAttributeError,
               "'super' object has no attribute '" + as<Str>(name)->to_utf8() + "'"};
}

Result<void> repr_super(const Object& object, std::string& out) {
  const auto& self = static_cast<const Super&>(object);
  out += "<super: ";
  if (Result<void> done = append_repr(*self.after, out); !done) return done;
  out.append(", <").append(type_name(*self.self)).append(" object>>");
  return {};
}

template <class T, class... Args>
Ref<T> try_tracked(Args&&... args) noexcept {
  Ref<T> object = try_build<T>(T::type, sizeof(T), std::forward<Args>(args)...);
  return object ? publish(std::move(object), true) : object;
}

}  // namespace

constinit const Type Property::type =
    native_type<Property>("property", {.bind = &get_property, .assign = &assign_property});
constinit const Type ClassMethod::type =
    native_type<ClassMethod>("classmethod", {.bind = &bind_to_class});
constinit const Type StaticMethod::type =
    native_type<StaticMethod>("staticmethod", {.call = &call_static, .bind = &bind_to_nothing});
constinit const Type Super::type =
    native_type<Super>("super", {.repr = &repr_super, .getattr = &getattr_super});

Ref<Property> make_property(Value getter, Value setter, Value deleter) noexcept {
  return try_tracked<Property>(std::move(getter), std::move(setter), std::move(deleter),
                               Ref<Str>());
}
Ref<ClassMethod> make_classmethod(Value function) noexcept {
  return try_tracked<ClassMethod>(std::move(function));
}
Ref<StaticMethod> make_staticmethod(Value function) noexcept {
  return try_tracked<StaticMethod>(std::move(function));
}

Result<Ref<Super>> make_super(const Ref<Class>& after, const Value& self) {
  const Class* const derived = as<Class>(self);
  if (derived != nullptr ? !is_subclass(*derived, *after) : !is_instance(self, *after))
    return type_error("super(type, obj): obj must be an instance or subtype of type");
  Ref<Super> object = try_tracked<Super>(after, self);
  if (!object) return out_of_memory();
  return object;
}

}  // namespace exuvia::types
