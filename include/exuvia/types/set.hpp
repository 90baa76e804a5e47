// Set and FrozenSet: distinct values.
#pragma once

#include <initializer_list>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

struct TableHead;

// A set of either kind: as a Dict without values; iterates in order of insertion.
struct AnySet : Object {
  TableHead* table;
  std::size_t used;

  void trace(Visitor& v) const;
};

struct Set : AnySet {
  static const Type type;
};

// Never changes, so it has a hash. One of atoms only is never tracked.
struct FrozenSet : AnySet {
  static const Type type;
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Set> make_set() noexcept;
// set(iterable), frozenset(iterable)
[[nodiscard]] Result<Ref<Set>> set_of(const Value& iterable);
[[nodiscard]] Result<Ref<FrozenSet>> frozenset_of(const Value& iterable);

// The value as a set of either kind; else null.
[[nodiscard]] const AnySet* as_set(const Object& value) noexcept;

// TypeError if the value is unhashable; a failure leaves the set as it was.
[[nodiscard]] Result<void> add(Set& set, const Value& value);
// Whether it was there.
[[nodiscard]] Result<bool> discard(Set& set, const Value& value);
// KeyError if it was not there.
[[nodiscard]] Result<void> remove(Set& set, const Value& value);
void clear(Set& set) noexcept;

}  // namespace exuvia::types
