// What Python's functions of these names do with anything that can be iterated.
#pragma once

#include <span>

#include "exuvia/types/list.hpp"
#include "exuvia/types/object.hpp"

namespace exuvia::types {

// The first of the smallest or largest, by what `key`, where it is given and not None, gives for
// each. ValueError where there is none at all.
[[nodiscard]] Result<Value> min(const Value& iterable, const Value& key = nullptr);
[[nodiscard]] Result<Value> max(const Value& iterable, const Value& key = nullptr);
// start + the first + …; start is 0 if empty. TypeError for texts: see join().
[[nodiscard]] Result<Value> sum(const Value& iterable, const Value& start = nullptr);
// Whether one is true, whether all are.
[[nodiscard]] Result<bool> any(const Value& iterable);
[[nodiscard]] Result<bool> all(const Value& iterable);
// A List; see sort().
[[nodiscard]] Result<Ref<List>> sorted(const Value& iterable, const Value& key = nullptr,
                                       SortOrder order = SortOrder::kAscending);

// Iterators: over pairs of a number, from `start` on, and an item; over Tuples of an item of each,
// or function(of these), until the shortest ends; over the items for which the function, or, where
// it is None, the item, is true.
[[nodiscard]] Result<Value> enumerate(const Value& iterable, const Value& start = nullptr);
[[nodiscard]] Result<Value> zip(std::span<const Value> iterables);
[[nodiscard]] Result<Value> map(const Value& function, std::span<const Value> iterables);
[[nodiscard]] Result<Value> filter(const Value& function, const Value& iterable);

}  // namespace exuvia::types
