// None: the one value of its type.
#pragma once

#include "exuvia/types/object.hpp"

namespace exuvia::types {

struct None : Object {
  static const Type type;
};

// None itself: immortal, one in the process.
[[nodiscard]] Ref<None> none() noexcept;
[[nodiscard]] inline bool is_none(const Value& value) noexcept { return is<None>(value); }

}  // namespace exuvia::types
