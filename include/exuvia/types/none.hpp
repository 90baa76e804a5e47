// None and NotImplemented: each the one value of its type.
#pragma once

#include "exuvia/types/object.hpp"

namespace exuvia::types {

struct None : Object {
  static const Type type;
};

// None itself: immortal, one in the process.
[[nodiscard]] Ref<None> none() noexcept;
[[nodiscard]] inline bool is_none(const Value& value) noexcept { return is<None>(value); }

struct NotImplemented : Object {
  static const Type type;
};

// What a method such as __add__ or __eq__ gives where it does not know the other operand, which is
// then asked: immortal, one in the process.
[[nodiscard]] Ref<NotImplemented> not_implemented() noexcept;

}  // namespace exuvia::types
