// Iterating what answers getitem by index.
#pragma once

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// From 0 until an IndexError.
[[nodiscard]] Result<Value> iterate_by_items(const Value& sequence);

}  // namespace exuvia::types
