// Parts of sequences.
#pragma once

#include <optional>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// sequence[start:stop:step] of a Str, Bytes, ByteArray, Tuple or List; absent bounds as in Python.
// ValueError for step 0.
[[nodiscard]] Result<Value> slice(const Value& sequence, std::optional<std::int64_t> start,
                                  std::optional<std::int64_t> stop, std::int64_t step = 1);

}  // namespace exuvia::types
