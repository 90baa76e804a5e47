#include "exuvia/types/protocol.hpp"
#include "exuvia/types/set.hpp"
#include "types/set_updates.hpp"
#include "types/weak_containers.hpp"

namespace exuvia::types {

namespace {

Value value_of(const Object& object) noexcept { return Value::to(const_cast<Object&>(object)); }

// The living values, as a Set.
Result<Ref<Set>> living_in(const WeakSet& set) { return set_of(value_of(set)); }

Result<bool> equal_weak_sets(const Object& self, const Object& other) {
  if (!is<WeakSet>(other)) return false;
  const Result<Ref<Set>> a = set_of(value_of(self));
  if (!a) return a.failure();
  const Result<Ref<Set>> b = set_of(value_of(other));
  if (!b) return b.failure();
  return equal(Value(*a), Value(*b));
}

// With what iterating the other gives.
Result<Verdict> compare_weak_sets(Comparison comparison, const Object& self, const Object& other) {
  if (comparison == Comparison::kNotEqual) return Verdict();
  const Result<Ref<Set>> a = set_of(value_of(self));
  if (!a) return a.failure();
  const Result<Ref<Set>> b = set_of(value_of(other));
  if (!b) return b.failure();
  const Result<bool> answer = compare(comparison, Value(*a), Value(*b));
  if (!answer) return answer.failure();
  return Verdict(*answer);
}

// With any iterable on the right.
Result<Value> binary_weak_set(Operator op, const Value& left, const Value& right) {
  if (!is<WeakSet>(left)) return Value();
  const Result<Ref<WeakSet>> result = copy(*as<WeakSet>(left));
  if (!result) return result.failure();
  return change_set<WeakSet>(op, *result, right);
}

// {<weakref at …>, …}
Result<void> repr_weak_set(const Object& self, std::string& out) {
  const Result<Ref<Set>> references = set_of(Value(container_in(self).data));
  if (!references) return references.failure();
  return append_repr(**references, out);
}

}  // namespace

constinit const Type WeakSet::type = native_type<WeakSet>(
    "WeakSet", {.equal = &equal_weak_sets,
                .compare = &compare_weak_sets,
                .repr = &repr_weak_set,
                .length = &length_of_container,
                .iterate =
                    [](Object& self) {
                      return iterate_living(container_in(self), Watched::kKeys, ItemPart::kKey);
                    },
                .contains = &weak_key_is_in,
                .binary = &binary_weak_set,
                .in_place = &change_set<WeakSet>,
                .is_weakly_referable = true});

Ref<WeakSet> make_weak_set() noexcept { return try_weak_container<WeakSet>(&forget_key); }

Result<Ref<WeakSet>> weak_set_of(const Value& iterable) {
  Ref<WeakSet> set = make_weak_set();
  if (!set) return out_of_memory();
  const Result<void> done = update(*set, iterable);
  if (!done) return done.failure();
  return set;
}

Result<void> add(WeakSet& set, const Value& value) { return set_by_weak_key(set, value, none()); }

Result<bool> discard(WeakSet& set, const Value& value) {
  const Result<Value> reference = as_key(value);
  if (!reference) return reference.failure();
  const Result<Value> taken = take(*set.data, *reference);
  if (!taken) return taken.failure();
  return static_cast<bool>(*taken);
}

Result<void> remove(WeakSet& set, const Value& value) {
  const Result<bool> was_there = discard(set, value);
  if (!was_there) return was_there.failure();
  return *was_there ? Result<void>() : no_key(value);
}

Result<Value> pop(WeakSet& set) {
  while (set.data->used > 0) {
    Result<Value> item = popitem(*set.data);
    if (!item) return item;
    if (Value alive = target_of(as<Tuple>(*item)->items()[0])) return alive;
  }
  return Error{ErrorKind::kKeyError, "'pop from empty WeakSet'"};
}

Result<Ref<WeakSet>> copy(const WeakSet& set) { return weak_set_of(value_of(set)); }

Result<void> update(WeakSet& set, const Value& iterable) {
  if (iterable.get() == &set) return {};
  return for_each(iterable, [&set](const Value& value) { return add(set, value); });
}

Result<void> intersection_update(WeakSet& set, const Value& iterable) {
  const Result<Ref<Set>> shared = set_of(iterable);
  if (!shared) return shared.failure();
  const Result<Ref<Set>> all = living_in(set);
  if (!all) return all.failure();
  const Result<void> done = difference_update(**all, *shared);
  return done ? difference_update(set, *all) : done;
}

Result<void> difference_update(WeakSet& set, const Value& iterable) {
  return subtract_from(set, iterable);
}

Result<void> symmetric_difference_update(WeakSet& set, const Value& iterable) {
  return keep_unshared(set, iterable);
}

Result<bool> is_disjoint(const WeakSet& set, const Value& iterable) {
  const Result<Ref<Set>> all = living_in(set);
  if (!all) return all.failure();
  return is_disjoint(**all, iterable);
}

}  // namespace exuvia::types
