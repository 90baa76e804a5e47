// Inside instances.
#pragma once

#include "exuvia/types/class.hpp"
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

// Instances whose class has __del__ are of types of their own, so that others pay nothing for it.
[[nodiscard]] bool is_dict_instance(const Object& object) noexcept;
[[nodiscard]] bool is_slot_instance(const Object& object) noexcept;

// The class's attribute of that name, for the language's own names; empty if there is none.
[[nodiscard]] Value special(const Class& of, const AsciiName& name) noexcept;

// An instance's own attribute, empty if absent.
[[nodiscard]] Value own_attribute(const Object& instance, const Str& name) noexcept;

}  // namespace exuvia::types
