// Dicts and sets that do not keep alive what they hold.
#pragma once

#include "exuvia/types/dict.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/weakref.hpp"

namespace exuvia::types {

// What the three are made of. `forget` takes out what has died: a Function that knows the container
// by a weak reference.
//
// They answer len, in and iteration; the dicts item access, == with any dict, and | as well; the
// set == with others of its kind, <= and so on, and |, &, - and ^ with any iterable. What dies
// during an iteration is left out, and nothing but the object that was given last is kept alive;
// any other change of size is a RuntimeError, as in a Dict. Keys of WeakKeyDicts and values of
// WeakValueDicts and WeakSets are of types that know weak references: TypeError otherwise.
struct WeakContainer : Object {
  Ref<Dict> data;
  Value forget;
  std::size_t deaths;  // of items, so far: data->used + deaths changes only with the program's will

  void trace(Visitor& v) const { v(data, forget); }
};

// WeakValueDictionary: an item goes when its value dies.   data: key → WeakReference
struct WeakValueDict : WeakContainer {
  static const Type type;
};

// WeakKeyDictionary: an item goes when its key dies.   data: WeakReference → value
struct WeakKeyDict : WeakContainer {
  static const Type type;
};

// WeakSet: a value goes when nobody else holds it.   data: WeakReference → None
struct WeakSet : WeakContainer {
  static const Type type;
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<WeakValueDict> make_weak_value_dict() noexcept;
[[nodiscard]] Ref<WeakKeyDict> make_weak_key_dict() noexcept;
[[nodiscard]] Ref<WeakSet> make_weak_set() noexcept;
// WeakSet(iterable)
[[nodiscard]] Result<Ref<WeakSet>> weak_set_of(const Value& iterable);

// As those of a Dict.

// The value of the key; empty if there is none, or it is dead.
[[nodiscard]] Result<Value> get(const WeakValueDict& dict, const Value& key);
[[nodiscard]] Result<Value> get(const WeakKeyDict& dict, const Value& key);
[[nodiscard]] Result<void> set(WeakValueDict& dict, const Value& key, const Value& value);
[[nodiscard]] Result<void> set(WeakKeyDict& dict, const Value& key, Value value);
// KeyError if there is none.
[[nodiscard]] Result<Value> pop(WeakValueDict& dict, const Value& key);
[[nodiscard]] Result<Value> pop(WeakKeyDict& dict, const Value& key);
// The last living item, a pair; KeyError if there is none.
[[nodiscard]] Result<Value> popitem(WeakValueDict& dict);
[[nodiscard]] Result<Value> popitem(WeakKeyDict& dict);
[[nodiscard]] Result<Value> setdefault(WeakValueDict& dict, const Value& key, const Value& value);
[[nodiscard]] Result<Value> setdefault(WeakKeyDict& dict, const Value& key, const Value& value);
// Of a dict of any kind, or of an iterable of pairs. What came before a failure stays.
[[nodiscard]] Result<void> update(WeakValueDict& dict, const Value& other);
[[nodiscard]] Result<void> update(WeakKeyDict& dict, const Value& other);
[[nodiscard]] Result<Ref<WeakValueDict>> copy(const WeakValueDict& dict);
[[nodiscard]] Result<Ref<WeakKeyDict>> copy(const WeakKeyDict& dict);
void clear(WeakContainer& container) noexcept;

// Iterators over the living items, pairs in the case of items().
[[nodiscard]] Result<Value> keys(WeakValueDict& dict);
[[nodiscard]] Result<Value> keys(WeakKeyDict& dict);
[[nodiscard]] Result<Value> values(WeakValueDict& dict);
[[nodiscard]] Result<Value> values(WeakKeyDict& dict);
[[nodiscard]] Result<Value> items(WeakValueDict& dict);
[[nodiscard]] Result<Value> items(WeakKeyDict& dict);
// The references, which may be dead by the time they are asked.
[[nodiscard]] Result<Ref<List>> valuerefs(const WeakValueDict& dict);
[[nodiscard]] Result<Ref<List>> keyrefs(const WeakKeyDict& dict);

// As those of a Set.

[[nodiscard]] Result<void> add(WeakSet& set, const Value& value);
[[nodiscard]] Result<bool> discard(WeakSet& set, const Value& value);
[[nodiscard]] Result<void> remove(WeakSet& set, const Value& value);
[[nodiscard]] Result<Value> pop(WeakSet& set);
[[nodiscard]] Result<Ref<WeakSet>> copy(const WeakSet& set);
[[nodiscard]] Result<void> update(WeakSet& set, const Value& iterable);
[[nodiscard]] Result<void> intersection_update(WeakSet& set, const Value& iterable);
[[nodiscard]] Result<void> difference_update(WeakSet& set, const Value& iterable);
[[nodiscard]] Result<void> symmetric_difference_update(WeakSet& set, const Value& iterable);
[[nodiscard]] Result<bool> is_disjoint(const WeakSet& set, const Value& iterable);

}  // namespace exuvia::types
