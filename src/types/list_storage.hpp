// The room of a List's items, for the files that its operations are in.
#pragma once

#include "exuvia/types/list.hpp"

namespace exuvia::types {

// Room for `size` items in all; false when memory is exhausted.
[[nodiscard]] bool try_reserve(List& list, std::size_t size) noexcept;
// Less room once less than half of it is used.
void shrink(List& list) noexcept;
// Lets go of items that were a list's, and of their room.
void free_items(const List& list, Value* items, std::size_t size, std::size_t capacity) noexcept;
// Lets all items go. The list is empty already when they do: what they run may look at it.
void drop_items(List& list) noexcept;

}  // namespace exuvia::types
