// Classes that say by a trace() of their own what they hold.
#pragma once

#include <string_view>
#include <type_traits>

#include "exuvia/runtime/ownership.hpp"
#include "exuvia/runtime/type.hpp"

namespace exuvia {

class Visitor;

namespace runtime {

template <class T>
concept HasTrace = requires(const T& object, Visitor& visitor) {
  object.trace(visitor);
};

template <class Class>
std::type_identity<Class> class_of_trace(void (Class::*)(Visitor&) const);
template <class Class>
std::type_identity<Class> class_of_trace(void (Class::*)(Visitor&) const noexcept);

// Whether T's trace() is a base's, so that members T adds would be forgotten.
template <class T>
concept InheritsTrace = requires {
  class_of_trace(&T::trace);
}
&&!std::is_same_v<decltype(class_of_trace(&T::trace)), std::type_identity<T>>;
// Whether a T's base is made for it, so that the base knows T's members.
template <class T, class Base>
inline constexpr bool is_mixin_of = false;
template <class T, template <class...> class Mixin, class... Parameter>
inline constexpr bool is_mixin_of<T, Mixin<Parameter...>> = (std::is_same_v<T, Parameter> || ...);
template <class T>
consteval bool adds_members_to_traced_base() {
  if constexpr (InheritsTrace<T>) {
    using Base = typename decltype(class_of_trace(&T::trace))::type;
    return sizeof(T) != sizeof(Base) && !is_mixin_of<T, Base>;
  } else {
    return false;
  }
}

template <class Class, class Result>
std::type_identity<Class> class_of_allocator(Result (Class::*)() const);
template <class Class, class Result>
std::type_identity<Class> class_of_allocator(Result (Class::*)() const noexcept);

// Whether T is a standard container of which it is derived, and has members besides.
template <class T>
consteval bool adds_members_to_container() {
  if constexpr (!owns_elements<T> && requires { class_of_allocator(&T::get_allocator); }) {
    using Base = typename decltype(class_of_allocator(&T::get_allocator))::type;
    return sizeof(T) != sizeof(Base) && spelled_name<Base>().starts_with("std::") &&
           !spelled_name<T>().starts_with("std::");
  } else {
    return false;
  }
}

}  // namespace runtime

}  // namespace exuvia
