// Updates that are written alike for sets of every kind: by discard(), add() and clear().
#pragma once

#include "exuvia/types/protocol.hpp"
#include "exuvia/types/set.hpp"

namespace exuvia::types {

template <class S>
Result<void> subtract_from(S& set, const Value& iterable) {
  if (iterable.get() == &set) {
    clear(set);
    return {};
  }
  return for_each(iterable, [&set](const Value& value) -> Result<void> {
    const Result<bool> discarded = discard(set, value);
    if (!discarded) return discarded.failure();
    return {};
  });
}

template <class S>
Result<void> keep_unshared(S& set, const Value& iterable) {
  const Result<Ref<Set>> others = set_of(iterable);
  if (!others) return others.failure();
  return for_each(*others, [&set](const Value& value) -> Result<void> {
    const Result<bool> was_there = discard(set, value);
    if (!was_there) return was_there.failure();
    return *was_there ? Result<void>() : add(set, value);
  });
}

// set op= iterable; an empty Value for other operators.
template <class S>
Result<Value> change_set(Operator op, const Value& set, const Value& iterable) {
  S& self = *as<S>(set);
  Result<void> done;
  switch (op) {
    case Operator::kOr:
      done = update(self, iterable);
      break;
    case Operator::kAnd:
      done = intersection_update(self, iterable);
      break;
    case Operator::kXor:
      done = symmetric_difference_update(self, iterable);
      break;
    case Operator::kSubtract:
      done = difference_update(self, iterable);
      break;
    default:
      return Value();
  }
  if (!done) return done.failure();
  return set;
}

}  // namespace exuvia::types
