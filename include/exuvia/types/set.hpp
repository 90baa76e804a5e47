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

// TypeError if the value is unhashable; a failure leaves the set as it was. A Set that is looked
// for, here or by `in`, is taken for a FrozenSet.
[[nodiscard]] Result<void> add(Set& set, const Value& value);
// Whether it was there.
[[nodiscard]] Result<bool> discard(Set& set, const Value& value);
// KeyError if it was not there.
[[nodiscard]] Result<void> remove(Set& set, const Value& value);
// Takes one out, the latest; KeyError if there is none.
[[nodiscard]] Result<Value> pop(Set& set);
void clear(Set& set) noexcept;
[[nodiscard]] Result<Ref<Set>> copy(const Set& set);

// Adds what iterating gives; keeps only what it gives; takes out what it gives; does each of the
// two for what is not there and what is. A failure may leave part of the work done.
[[nodiscard]] Result<void> update(Set& set, const Value& iterable);
[[nodiscard]] Result<void> intersection_update(Set& set, const Value& iterable);
[[nodiscard]] Result<void> difference_update(Set& set, const Value& iterable);
[[nodiscard]] Result<void> symmetric_difference_update(Set& set, const Value& iterable);

// Compares with what iterating gives, where <= and >= take sets only.
[[nodiscard]] Result<bool> is_disjoint(const AnySet& set, const Value& iterable);
[[nodiscard]] Result<bool> is_subset(const AnySet& set, const Value& iterable);
[[nodiscard]] Result<bool> is_superset(const AnySet& set, const Value& iterable);

}  // namespace exuvia::types
