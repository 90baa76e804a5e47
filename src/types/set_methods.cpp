// Sets beside any iterable.
#include <utility>

#include "exuvia/types/protocol.hpp"
#include "exuvia/types/set.hpp"
#include "types/set_updates.hpp"
#include "types/tracking.hpp"

namespace exuvia::types {

namespace {

Value value_of(const AnySet& set) noexcept { return Value::to(const_cast<AnySet&>(set)); }

// Stops at the first value of which the claim is not true.
template <class Claim>
Result<bool> is_true_of_all(const Value& iterable, Claim claim) {
  const Result<Value> iterator = iterate(iterable);
  if (!iterator) return iterator.failure();
  for (;;) {
    const Result<Value> value = next(*iterator);
    if (!value) return value.failure();
    if (!*value) return true;
    Result<bool> is_true = claim(*value);
    if (!is_true || !*is_true) return is_true;
  }
}

// What iterating gives that the set holds.
Result<Value> intersection(const Set& set, const Value& iterable) {
  const Value self = value_of(set);
  if (as_set(*iterable) != nullptr) return binary(Operator::kAnd, self, iterable);
  const Ref<Set> shared = make_set();
  if (!shared) return out_of_memory();
  // As CPython: ends once all are found.
  const Result<bool> lacks_some = is_true_of_all(iterable, [&](const Value& value) -> Result<bool> {
    if (const Result<Hash> hashed = hash(value); !hashed) return hashed.failure();
    const Result<bool> is_shared = contains(self, value);
    if (!is_shared) return is_shared.failure();
    if (!*is_shared) return true;
    if (const Result<void> done = add(*shared, value); !done) return done.failure();
    return shared->used < set.used;
  });
  if (!lacks_some) return lacks_some.failure();
  return Value(shared);
}

}  // namespace

Result<Ref<Set>> copy(const Set& set) { return set_of(value_of(set)); }

Result<void> intersection_update(Set& set, const Value& iterable) {
  const OnHeapOf same_heap(set);
  const Result<Value> shared = intersection(set, iterable);
  if (!shared) return shared.failure();
  Set& other = *as<Set>(*shared);
  if (!try_track_as(set, other)) return out_of_memory();
  std::swap(set.table, other.table);
  std::swap(set.used, other.used);
  return {};
}

Result<void> difference_update(Set& set, const Value& iterable) {
  return subtract_from(set, iterable);
}

Result<void> symmetric_difference_update(Set& set, const Value& iterable) {
  return keep_unshared(set, iterable);
}

Result<bool> is_disjoint(const AnySet& set, const Value& iterable) {
  const Value self = value_of(set);
  return is_true_of_all(iterable, [&self](const Value& value) -> Result<bool> {
    const Result<bool> is_shared = contains(self, value);
    if (!is_shared) return is_shared.failure();
    return !*is_shared;
  });
}

Result<bool> is_subset(const AnySet& set, const Value& iterable) {
  if (as_set(*iterable) != nullptr) return less_equal(value_of(set), iterable);
  const Result<Ref<Set>> others = set_of(iterable);
  if (!others) return others.failure();
  return less_equal(value_of(set), *others);
}

Result<bool> is_superset(const AnySet& set, const Value& iterable) {
  const Value self = value_of(set);
  if (as_set(*iterable) != nullptr) return greater_equal(self, iterable);
  return is_true_of_all(iterable, [&self](const Value& value) { return contains(self, value); });
}

}  // namespace exuvia::types
