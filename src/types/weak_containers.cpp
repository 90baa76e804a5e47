#include <utility>

#include "exuvia/types/function.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/weakref.hpp"
#include "types/allocate.hpp"

namespace exuvia::types {

namespace {

WeakContainer& container_in(Object& object) noexcept { return static_cast<WeakContainer&>(object); }
const WeakContainer& container_in(const Object& object) noexcept {
  return static_cast<const WeakContainer&>(object);
}
Value value_of(const Object& object) noexcept { return Value::to(const_cast<Object&>(object)); }

Value target_of(const Value& reference) noexcept { return referent(*as<WeakReference>(reference)); }

Result<void> done_or_failure(const Result<Value>& result) {
  if (!result) return result.failure();
  return {};
}

// forget(reference) of containers whose keys are the references.
Result<Value> forget_key(const Value& container, std::span<const Value> arguments) {
  const Value alive = target_of(container);
  if (!alive) return Value(none());
  const Result<Value> taken = take(*container_in(*alive).data, arguments[0]);
  return taken ? Result<Value>(none()) : taken;
}

// forget(reference) of one value of a WeakValueDict; the closure is (container, key).
Result<Value> forget_value(const Value& closure, std::span<const Value> arguments) {
  const auto parts = as<Tuple>(closure)->items();
  const Value alive = target_of(parts[0]);
  if (!alive) return Value(none());
  Dict& data = *container_in(*alive).data;
  const Result<Value> held = get(data, parts[1]);
  if (!held || !same(*held, arguments[0])) return held ? Result<Value>(none()) : held;
  const Result<Value> taken = take(data, parts[1]);
  return taken ? Result<Value>(none()) : taken;
}

template <class T>
Ref<T> try_container() noexcept {
  Ref<Dict> data = make_dict();
  if (!data) return nullptr;
  Ref<T> container = try_build<T>(T::type, sizeof(T), true);
  if (!container) return nullptr;
  container->data = std::move(data);
  container = publish(std::move(container), true);
  if (!container) return nullptr;
  const Result<Ref<WeakReference>> itself = make_weakref(container);
  if (!itself) return nullptr;
  container->forget = std::is_same_v<T, WeakValueDict>
                          ? Value(*itself)
                          : Value(make_function("forget", &forget_key, *itself));
  return container->forget ? container : nullptr;
}

// The keys of the items whose watched side lives.
template <bool kWeakValues>
Result<Ref<List>> living(const WeakContainer& self) {
  Ref<List> found = make_list();
  if (!found) return out_of_memory();
  Value key;
  Value value;
  for (std::size_t at = 0; next_item(*self.data, at, &key, &value);) {
    const Value alive = target_of(kWeakValues ? value : key);
    if (!alive) continue;
    if (Result<void> done = append(*found, kWeakValues ? key : alive); !done) return done.failure();
  }
  return found;
}

template <bool kWeakValues>
Result<Value> iterate_living(Object& self) {
  const Result<Ref<List>> found = living<kWeakValues>(container_in(self));
  if (!found) return found.failure();
  return iterate(*found);
}

// A reference to look for: equal to the one in the dict, and of the same hash.
Result<Value> as_key(const Value& value) {
  const Result<Ref<WeakReference>> reference = make_weakref(value);
  if (!reference) return reference.failure();
  return Value(*reference);
}

Result<Value> get_by_weak_key(const WeakContainer& self, const Value& key) {
  Result<Value> reference = as_key(key);
  if (!reference) return reference;
  return get(*self.data, *reference);
}

Result<void> set_by_weak_key(WeakContainer& self, const Value& key, Value value) {
  const Result<Value> probe = as_key(key);
  if (!probe) return probe.failure();
  // Known already: the reference in the dict goes on watching.
  const Result<Value> known = get(*self.data, *probe);
  if (!known) return known.failure();
  if (*known) return set(*self.data, *probe, std::move(value));
  const Result<Ref<WeakReference>> reference = make_weakref(key, self.forget);
  if (!reference) return reference.failure();
  return set(*self.data, Value(*reference), std::move(value));
}

Error no_key(const Value& key) {
  Result<std::string> text = repr(key);
  if (!text) return text.failure();
  return {ErrorKind::kKeyError, *std::move(text)};
}

Result<bool> weak_key_is_in(const Object& self, const Object& item) {
  if (!type_of(item).does.is_weakly_referable) return false;
  const Result<Value> found = get_by_weak_key(container_in(self), value_of(item));
  if (!found) return found.failure();
  return static_cast<bool>(*found);
}

Result<std::size_t> length_of_container(const Object& self) {
  return container_in(self).data->used;
}

Result<Value> getitem_by_weak_key(Object& self, const Value& key) {
  Result<Value> found = get_by_weak_key(container_in(self), key);
  if (found && !*found) return no_key(key);
  return found;
}

Result<void> setitem_by_weak_key(Object& self, const Value& key, Value value) {
  if (value) return set_by_weak_key(container_in(self), key, std::move(value));
  const Result<Value> reference = as_key(key);
  if (!reference) return reference.failure();
  const Result<Value> taken = take(*container_in(self).data, *reference);
  if (taken && !*taken) return no_key(key);
  return done_or_failure(taken);
}

// WeakValueDict.

// The living value of the key; empty if there is none.
Result<Value> living_value(const Object& self, const Value& key) {
  Result<Value> reference = get(*container_in(self).data, key);
  if (!reference || !*reference) return reference;
  return target_of(*reference);
}

Result<Value> getitem_of_values(Object& self, const Value& key) {
  Result<Value> found = living_value(self, key);
  if (found && !*found) return no_key(key);
  return found;
}

// The slot's signature.  NOLINTNEXTLINE(performance-unnecessary-value-param)
Result<void> setitem_of_values(Object& object, const Value& key, Value value) {
  WeakContainer& self = container_in(object);
  if (!value) return done_or_failure(pop(*self.data, key));
  const Ref<Tuple> closure = types::make_tuple({self.forget, key});
  if (!closure) return out_of_memory();
  const Value forget = make_function("forget", &forget_value, closure);
  if (!forget) return out_of_memory();
  const Result<Ref<WeakReference>> reference = make_weakref(value, forget);
  if (!reference) return reference.failure();
  return set(*self.data, key, Value(*reference));
}

Result<bool> key_is_in(const Object& self, const Object& key) {
  const Result<Value> found = living_value(self, value_of(key));
  if (!found) return found.failure();
  return static_cast<bool>(*found);
}

}  // namespace

constinit const Type WeakValueDict::type =
    native_type<WeakValueDict>("WeakValueDictionary", {.length = &length_of_container,
                                                       .iterate = &iterate_living<true>,
                                                       .contains = &key_is_in,
                                                       .getitem = &getitem_of_values,
                                                       .setitem = &setitem_of_values,
                                                       .is_weakly_referable = true});
constinit const Type WeakKeyDict::type =
    native_type<WeakKeyDict>("WeakKeyDictionary", {.length = &length_of_container,
                                                   .iterate = &iterate_living<false>,
                                                   .contains = &weak_key_is_in,
                                                   .getitem = &getitem_by_weak_key,
                                                   .setitem = &setitem_by_weak_key,
                                                   .is_weakly_referable = true});
constinit const Type WeakSet::type =
    native_type<WeakSet>("WeakSet", {.length = &length_of_container,
                                     .iterate = &iterate_living<false>,
                                     .contains = &weak_key_is_in,
                                     .is_weakly_referable = true});

Ref<WeakValueDict> make_weak_value_dict() noexcept { return try_container<WeakValueDict>(); }
Ref<WeakKeyDict> make_weak_key_dict() noexcept { return try_container<WeakKeyDict>(); }
Ref<WeakSet> make_weak_set() noexcept { return try_container<WeakSet>(); }

Result<void> add(WeakSet& set, const Value& value) { return set_by_weak_key(set, value, none()); }

Result<bool> discard(WeakSet& set, const Value& value) {
  const Result<Value> reference = as_key(value);
  if (!reference) return reference.failure();
  const Result<Value> taken = take(*set.data, *reference);
  if (!taken) return taken.failure();
  return static_cast<bool>(*taken);
}

}  // namespace exuvia::types
