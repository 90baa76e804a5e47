// What objects do whose type says nothing else.
#pragma once

#include <string>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

[[nodiscard]] Hash identity_hash(const Object& object) noexcept;
// 0x…
[[nodiscard]] std::string address_of(const Object& object);
// <name object at 0x…>
void append_default_repr(const Object& object, std::string& out);
// What iterators answer to iterate.
inline Result<Value> iterate_itself(Object& iterator) { return Value::to(iterator); }
// Whether iterating gives an equal value.
[[nodiscard]] Result<bool> contains_by_iterating(const Value& container, const Object& item);

// As index(), but an empty Value for what is no integer, and a Bool for a Bool.
[[nodiscard]] Result<Value> try_index(const Value& value);

// As call(), but TypeError where nothing is returned.
[[nodiscard]] Result<Value> answer_of(const Value& callable, std::span<const Value> arguments);

}  // namespace exuvia::types
