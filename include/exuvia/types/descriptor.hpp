// What an attribute of a class may be besides a value and a function.
#pragma once

#include "exuvia/types/class.hpp"
#include "exuvia/types/object.hpp"

namespace exuvia::types {

// property: asked, set and deleted like an attribute of the instance's own, it calls getter(self),
// setter(self, value) and deleter(self). AttributeError for what it lacks.
struct Property : Object {
  static const Type type;

  Value getter;  // these three may be empty
  Value setter;
  Value deleter;
  Ref<Str> name;  // of the first class attribute that it became; may be empty

  void trace(Visitor& v) const { v(getter, setter, deleter, name); }
};

// classmethod: a method of the class, also where an instance is asked.
struct ClassMethod : Object {
  static const Type type;

  Value function;

  void trace(Visitor& v) const { v(function); }
};

// staticmethod: a function that is no method.
struct StaticMethod : Object {
  static const Type type;

  Value function;

  void trace(Visitor& v) const { v(function); }
};

// A slot of make_slots_class, as an attribute of its class: asked, set and deleted like an
// attribute of the instance's own. AttributeError where it is unset, TypeError if the instance is
// none of `of`.
struct Member : Object {
  static const Type type;

  Ref<Class> of;
  Ref<Str> name;
  std::size_t position;  // among the slots of an instance

  void trace(Visitor& v) const { v(of, name); }
};

// super(after, self): has the attributes that `self`, an instance, or a class in its class methods,
// finds in the classes behind `after` in its order.
struct Super : Object {
  static const Type type;

  Ref<Class> after;
  Value self;

  void trace(Visitor& v) const { v(after, self); }
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Property> make_property(Value getter, Value setter = nullptr,
                                          Value deleter = nullptr) noexcept;
[[nodiscard]] Ref<ClassMethod> make_classmethod(Value function) noexcept;
[[nodiscard]] Ref<StaticMethod> make_staticmethod(Value function) noexcept;
// TypeError unless `self` is an instance of `after`, or a class derived from it.
[[nodiscard]] Result<Ref<Super>> make_super(const Ref<Class>& after, const Value& self);

}  // namespace exuvia::types
