// Inside instances.
#pragma once

#include <cstddef>
#include <memory>

#include "exuvia/types/class.hpp"
#include "types/allocate.hpp"
#include "types/ascii_name.hpp"

namespace exuvia::types {

// The room of an Instance that shares its names with its class; absent attributes are empty.
struct Instance::Values {
  std::size_t capacity;

  [[nodiscard]] Value* begin() noexcept { return reinterpret_cast<Value*>(this + 1); }
  [[nodiscard]] const Value* begin() const noexcept {
    return reinterpret_cast<const Value*>(this + 1);
  }
  [[nodiscard]] static std::size_t bytes_for(std::size_t capacity) noexcept {
    return sizeof(Values) + capacity * sizeof(Value);
  }
};

inline void free_values(const Instance& instance, Instance::Values* values) noexcept {
  if (values == nullptr) return;
  const std::size_t capacity = values->capacity;
  std::destroy_n(values->begin(), capacity);
  heap_of(instance).storage().deallocate(values, Instance::Values::bytes_for(capacity));
}

// An Instance whose class has slots, too.
//
//   | header 16 | class 8 | values 8 | dict 8 | count 8 | slots, 8 each … |
struct InstanceWithSlots : Instance {
  static const Type type;

  std::size_t count;

  void trace(Visitor& v) const;
};

// The slots end the object.
template <class T>
concept HasSlots = std::is_same_v<T, SlotInstance> || std::is_same_v<T, InstanceWithSlots>;

template <HasSlots T>
[[nodiscard]] Value* slots_of(T& self) noexcept {
  return reinterpret_cast<Value*>(&self + 1);
}
template <HasSlots T>
[[nodiscard]] const Value* slots_of(const T& self) noexcept {
  return reinterpret_cast<const Value*>(&self + 1);
}

template <class T>
concept HasDict = std::is_base_of_v<Instance, T>;

// The protocol's getattr and setattr of instances of the kind T.
template <class T>
Result<Value> getattr_instance(Object& self, const Value& name);
template <class T>
Result<void> setattr_instance(Object& self, const Value& name, Value value);

template <class T>
[[nodiscard]] bool is_of_kind(const Object& object) noexcept {
  return type_of(object).does.getattr == &getattr_instance<T>;
}
[[nodiscard]] inline bool is_dict_instance(const Object& object) noexcept {
  return is_of_kind<Instance>(object) || is_of_kind<InstanceWithSlots>(object);
}
[[nodiscard]] inline bool is_slot_instance(const Object& object) noexcept {
  return is_of_kind<SlotInstance>(object);
}

// The slots of an instance that has some.
[[nodiscard]] inline Value* slots_of(Object& self) noexcept {
  if (is_slot_instance(self)) return slots_of(static_cast<SlotInstance&>(self));
  return slots_of(static_cast<InstanceWithSlots&>(self));
}

// As class_of(), but not counted: the instance keeps it. Null for other values.
[[nodiscard]] inline Class* own_class(const Object& object) noexcept {
  if (is_dict_instance(object)) return static_cast<const Instance&>(object).of.get();
  if (is_slot_instance(object)) return static_cast<const SlotInstance&>(object).of.get();
  return nullptr;
}

// The class's attribute of that name, for the language's own names; empty if there is none.
[[nodiscard]] Value special(const Class& of, const AsciiName& name) noexcept;

// Of the first class in order that has either, its attribute `name`, or `other` if it has no
// `name`.
[[nodiscard]] Value first_special(const Class& of, const AsciiName& name,
                                  const AsciiName& other) noexcept;
// The same, looked for only in the classes behind `after` in the class's order.
[[nodiscard]] Value attribute_after(const Class& of, const Class& after, const Str& name) noexcept;

// Sets the class's own attribute of that name, also where the class shows something else by it.
[[nodiscard]] Result<void> set_class_attribute(Class& of, const Ref<Str>& name, Value value);

// What `found`, an attribute of the class, is for the instance; empty for the class itself.
[[nodiscard]] Result<Value> bound(const Value& found, const Value& instance, const Value& owner);

// Whether `flag` is true of the class or of one in its order.
[[nodiscard]] inline bool is_true_of_any(const Class& of, bool Class::*flag) noexcept {
  if (of.*flag) return true;
  for (const Value& above : of.order->items()) {
    if (static_cast<const Class&>(*above).*flag) return true;
  }
  return false;
}

// Whether an attribute of the class is asked, and set, before what an instance has by its name.
// Only where the class or one in its order has_assign there is one.
[[nodiscard]] bool is_responsible(const Object& attribute) noexcept;

// 'C' object has no attribute 'name'
[[nodiscard]] Error no_attribute(const Object& instance, const Str& name);

// What an instance has in its __dict__, empty if absent.
[[nodiscard]] Value own_attribute(const Object& instance, const AsciiName& name) noexcept;

}  // namespace exuvia::types
