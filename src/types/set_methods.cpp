// Sets beside any iterable.
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/set.hpp"
#include "types/set_updates.hpp"

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

// Takes out of `set` what `goes` says of each of its values.
template <class Goes>
Result<void> discard_those(Set& set, Goes goes) {
  const Result<Ref<Set>> all = copy(set);
  if (!all) return all.failure();
  return for_each(*all, [&](const Value& value) -> Result<void> {
    const Result<bool> is_gone = goes(value);
    if (!is_gone) return is_gone.failure();
    if (!*is_gone) return {};
    const Result<bool> discarded = discard(set, value);
    if (!discarded) return discarded.failure();
    return {};
  });
}

}  // namespace

Result<Ref<Set>> copy(const Set& set) { return set_of(value_of(set)); }

Result<void> update(Set& set, const Value& iterable) {
  if (iterable.get() == &set) return {};
  return for_each(iterable, [&set](const Value& value) { return add(set, value); });
}

Result<void> intersection_update(Set& set, const Value& iterable) {
  const Value self = value_of(set);
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
  if (!*lacks_some) return {};
  return discard_those(set, [&](const Value& value) -> Result<bool> {
    const Result<bool> is_kept = contains(shared, value);
    if (!is_kept) return is_kept.failure();
    return !*is_kept;
  });
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
