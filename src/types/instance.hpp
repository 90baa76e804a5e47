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

[[nodiscard]] inline Value* slots_of(SlotInstance& self) noexcept {
  return reinterpret_cast<Value*>(&self + 1);
}
[[nodiscard]] inline const Value* slots_of(const SlotInstance& self) noexcept {
  return reinterpret_cast<const Value*>(&self + 1);
}

// The slots for the attributes of instances of the kind T: Instance or SlotInstance.
template <class T>
struct AttributeSlots {
  static Result<Value> getattr(Object& self, const Value& name);
  static Result<void> setattr(Object& self, const Value& name, Value value);
};
extern template struct AttributeSlots<Instance>;
extern template struct AttributeSlots<SlotInstance>;

// Instances whose class has __del__ are of types of their own, so that others pay nothing for it.
extern const Type finalized_dict_instance;
extern const Type finalized_slot_instance;

[[nodiscard]] inline bool is_dict_instance(const Object& object) noexcept {
  return is<Instance>(object) || &type_of(object) == &finalized_dict_instance;
}
[[nodiscard]] inline bool is_slot_instance(const Object& object) noexcept {
  return is<SlotInstance>(object) || &type_of(object) == &finalized_slot_instance;
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

// The class's attribute of that name, if it is to be asked for that name before the instance. Only
// where the class or one in its order has_assign there is one.
[[nodiscard]] Value find_responsible(const Class& of, const Str& name) noexcept;

// An instance's own attribute, empty if absent.
[[nodiscard]] Value own_attribute(const Object& instance, const AsciiName& name) noexcept;

}  // namespace exuvia::types
