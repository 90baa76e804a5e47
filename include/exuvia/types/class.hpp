// Classes made at run time, and their instances.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "exuvia/types/dict.hpp"
#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"

namespace exuvia::types {

// Called, a class makes an instance, by its __new__ if it has one, and calls its __init__.
// Instances answer the protocol by their class's attributes, where it has them: __eq__, __ne__,
// __lt__,
// __le__, __gt__, __ge__, __hash__ (a class with an __eq__ of its own needs its own); __repr__,
// __str__, __format__, __bool__, __index__; __len__, __iter__, __next__, __contains__, __getitem__,
// __setitem__, __delitem__, __reversed__; __round__, __floor__, __ceil__, __trunc__; __getattr__,
// __setattr__, __delattr__; __get__, __set__, __delete__; __call__, __del__; __neg__, __pos__,
// __invert__, __abs__, and __add__ to __xor__ with their reflections and in place. Those with two
// operands may answer not_implemented(). Attributes of its own are __name__, __mro__ and __dict__
// (a copy); those of an instance __class__ and __dict__. Attributes may also be a Property, a
// ClassMethod or a StaticMethod (descriptor.hpp).
struct Class : Object {
  static const Type type;

  Ref<Str> name;
  Ref<Tuple> order;  // the classes after this one in which attributes are looked up (C3)
  Ref<Dict> attributes;
  // Names, as entries in the order in which their values lie in instances:
  Ref<Dict> slots;
  Ref<Dict> shape;         // of attributes that instances have had in their __dict__
  std::size_t slot_count;  // of an instance, those of bases first
  bool adds_slots;
  bool has_dict;     // instances may have attributes that are no slots
  bool hides_slots;  // an attribute hides a slot, or may some day: `slots` does not count
  // Among the attributes, not those of bases, there is or was:
  bool has_constructor;  // __new__ or __init__
  bool has_finalizer;    // __del__: asked when an instance is made
  bool has_setattr;      // __setattr__ or __delattr__
  bool has_assign;       // one that may be responsible for setting it, but is none of `slots`

  void trace(Visitor& v) const { v(name, order, attributes, slots, shape); }
};

// An object of a Class, with any attributes. While all instances of a class get their attributes in
// the same order, the names are kept once, in the class:
//
//   | header 16 | class 8 | values 8 | dict 8 |     values: | capacity 8 | value 8 | …
//
// One that goes another way, and one that has more than 30, has a dict instead. Slots lie behind
// the dict, after their count. Instances with slots too, and those of a class with __del__, are of
// types of their own: is<Instance> does not know them, class_of() does.
struct Instance : Object {
  static const Type type;

  struct Values;

  Ref<Class> of;
  Values* values;
  Ref<Dict> dict;

  void trace(Visitor& v) const;
};

// An object of a Class with slots and no __dict__.
//
//   | header 16 | class 8 | count 8 | slots, 8 each … |
struct SlotInstance : Object {
  static const Type type;

  Ref<Class> of;
  std::size_t count;  // slots, empty where unset

  void trace(Visitor& v) const;
};

// class name(bases): attributes. TypeError if the bases have no common order, or if two of them
// add slots and neither is derived from the other.
[[nodiscard]] Result<Ref<Class>> make_class(std::string_view name,
                                            std::span<const Ref<Class>> bases = {},
                                            const Dict* attributes = nullptr);
// With __slots__: instances have these, those of the bases, and no other attributes unless a base
// has a __dict__. Each slot is an attribute of the class, a Member (descriptor.hpp). ValueError if
// `attributes` have the name of one.
[[nodiscard]] Result<Ref<Class>> make_slots_class(std::string_view name,
                                                  std::span<const std::string_view> slots,
                                                  std::span<const Ref<Class>> bases = {},
                                                  const Dict* attributes = nullptr);

// An instance without attributes, __init__ uncalled. Empty when memory is exhausted.
[[nodiscard]] Ref<Object> make_instance(const Ref<Class>& of) noexcept;
// The class of an instance of either kind; empty for other values.
[[nodiscard]] Ref<Class> class_of(const Object& value) noexcept;
// isinstance(value, of)
[[nodiscard]] bool is_instance(const Value& value, const Class& of) noexcept;
// issubclass(derived, base)
[[nodiscard]] bool is_subclass(const Class& derived, const Class& base) noexcept;
// The attribute of a class or its bases; empty if there is none.
[[nodiscard]] Value class_attribute(const Class& of, const Str& name) noexcept;
// instance.__dict__: the attributes of an Instance, which keeps them in it from now on.
[[nodiscard]] Result<Ref<Dict>> dict_of_instance(Instance& instance);

// object.__getattribute__: what a __getattr__ of the class's own is not asked for. `name` is a Str.
[[nodiscard]] Result<Value> get_own_attribute(Object& instance, const Value& name);
// object.__setattr__ and, with an empty value, object.__delattr__: what a __setattr__ of the
// class's own calls to store. `name` is a Str.
[[nodiscard]] Result<void> set_own_attribute(Object& instance, const Value& name, Value value);

// value.name(arguments…), without making a Method.
[[nodiscard]] Result<Value> call_method(const Value& value, std::string_view name,
                                        std::initializer_list<Value> arguments = {});

}  // namespace exuvia::types
