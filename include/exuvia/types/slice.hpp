// Parts of sequences, and their reverse.
#pragma once

#include <optional>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// sequence[start:stop:step] of a Str, Bytes, ByteArray, Tuple or List; absent bounds as in Python.
// ValueError for step 0.
[[nodiscard]] Result<Value> slice(const Value& sequence, std::optional<std::int64_t> start,
                                  std::optional<std::int64_t> stop, std::int64_t step = 1);

// sequence[start:stop:step] = values and del sequence[start:stop:step], of a List (any iterable) or
// a ByteArray (bytes, or an iterable of numbers). A step other than 1 takes as many values as it
// replaces: ValueError. TypeError for other sequences. A failure leaves the sequence as it was.
[[nodiscard]] Result<void> set_slice(const Value& sequence, std::optional<std::int64_t> start,
                                     std::optional<std::int64_t> stop, const Value& values,
                                     std::int64_t step = 1);
[[nodiscard]] Result<void> delete_slice(const Value& sequence, std::optional<std::int64_t> start,
                                        std::optional<std::int64_t> stop, std::int64_t step = 1);

// reversed(value): an iterator from the end, of a sequence, of a dict or a view of one, and of an
// instance that has __reversed__, or __getitem__ and __len__. TypeError for others.
[[nodiscard]] Result<Value> reversed(const Value& value);

}  // namespace exuvia::types
