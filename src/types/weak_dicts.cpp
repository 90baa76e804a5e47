// Dicts of which the keys or the values are known weakly.
#include "exuvia/types/protocol.hpp"
#include "types/weak_containers.hpp"

namespace exuvia::types {

namespace {

Result<void> done_or_failure(const Result<Value>& result) {
  if (!result) return result.failure();
  return {};
}

const WeakValueDict& by_value(const Object& object) noexcept {
  return static_cast<const WeakValueDict&>(object);
}
const WeakKeyDict& by_key(const Object& object) noexcept {
  return static_cast<const WeakKeyDict&>(object);
}

// What both kinds do alike: D is one of them.
template <class D>
struct WeakDict {
  static constexpr Watched kWatched =
      std::is_same_v<D, WeakValueDict> ? Watched::kValues : Watched::kKeys;

  static D& in(Object& object) noexcept { return static_cast<D&>(object); }
  static const D& in(const Object& object) noexcept { return static_cast<const D&>(object); }

  static Result<Value> iterate(D& dict, ItemPart part) {
    return iterate_living(dict, kWatched, part);
  }

  static Result<Value> getitem(Object& self, const Value& key) {
    Result<Value> found = get(in(self), key);
    if (found && !*found) return no_key(key);
    return found;
  }
  static Result<void> setitem(Object& self, const Value& key, Value value) {
    return value ? set(in(self), key, std::move(value)) : done_or_failure(pop(in(self), key));
  }

  // |= with a dict of any kind, or pairs.
  static Result<Value> change(Operator op, const Value& left, const Value& right) {
    if (op != Operator::kOr) return Value();
    if (Result<void> done = update(in(*left), right); !done) return done.failure();
    return left;
  }

  static Result<Value> popitem(D& dict) {
    for (;;) {
      Result<Value> taken = types::popitem(*dict.data);
      if (!taken) return taken;
      const auto item = as<Tuple>(*taken)->items();
      const Value alive = target_of(item[kWatched == Watched::kKeys ? 0 : 1]);
      if (!alive) continue;
      return kWatched == Watched::kKeys ? made(types::make_tuple({alive, item[1]}))
                                        : made(types::make_tuple({item[0], alive}));
    }
  }
  static Result<Value> setdefault(D& dict, const Value& key, const Value& value) {
    Result<Value> known = get(dict, key);
    if (!known || *known) return known;
    const Result<void> done = set(dict, key, value);
    if (!done) return done.failure();
    return value;
  }

  // The living items.
  static Result<Ref<Dict>> snapshot(const D& dict) {
    Ref<Dict> all = make_dict();
    if (!all) return out_of_memory();
    Value key;
    Value value;
    for (std::size_t at = 0; next_living(dict, kWatched, at, &key, &value);)
      if (Result<void> done = types::set(*all, key, value); !done) return done.failure();
    return all;
  }
  static Result<Ref<D>> copy(const D& dict) {
    Ref<D> whole = made_empty();
    if (!whole) return out_of_memory();
    const Result<void> done = update(*whole, Value::to(const_cast<D&>(dict)));
    if (!done) return done.failure();
    return whole;
  }
  static Ref<D> made_empty() noexcept {
    if constexpr (kWatched == Watched::kKeys)
      return make_weak_key_dict();
    else
      return make_weak_value_dict();
  }

  // The references.
  static Result<Ref<List>> references(const D& dict) {
    Ref<List> all = make_list();
    if (!all) return out_of_memory();
    Value key;
    Value value;
    for (std::size_t at = 0; next_item(*dict.data, at, &key, &value);) {
      const Value& reference = kWatched == Watched::kKeys ? key : value;
      if (Result<void> done = append(*all, reference); !done) return done.failure();
    }
    return all;
  }
};

using ByValue = WeakDict<WeakValueDict>;
using ByKey = WeakDict<WeakKeyDict>;

bool is_mapping(const Object& object) noexcept {
  return is<Dict>(object) || is<WeakValueDict>(object) || is<WeakKeyDict>(object);
}

// A dict of any kind, or an iterable of pairs, as a Dict.
Result<Ref<Dict>> as_dict(const Object& other) {
  if (is<WeakValueDict>(other)) return ByValue::snapshot(by_value(other));
  if (is<WeakKeyDict>(other)) return ByKey::snapshot(by_key(other));
  const Value value = Value::to(const_cast<Object&>(other));
  return is<Dict>(other) ? Result<Ref<Dict>>(cast<Dict>(value)) : dict_of(value);
}

template <class D>
Result<void> update_dict(D& dict, const Value& other) {
  const Result<Ref<Dict>> all = as_dict(*other);
  if (!all) return all.failure();
  Value key;
  Value value;
  const std::size_t size = (*all)->used;
  for (std::size_t at = 0; next_item(**all, at, &key, &value);) {
    if (Result<void> done = set(dict, key, value); !done) return done;
    if ((*all)->used != size)
      return Error{ErrorKind::kRuntimeError, "dictionary changed size during iteration"};
  }
  return {};
}

Result<bool> equal_mappings(const Object& self, const Object& other) {
  if (!is_mapping(other)) return false;
  const Result<Ref<Dict>> a = as_dict(self);
  if (!a) return a.failure();
  const Result<Ref<Dict>> b = as_dict(other);
  if (!b) return b.failure();
  return equal(Value(*a), Value(*b));
}

// left | right, weak as D.
template <class D>
Result<Value> joined(const Value& left, const Value& right) {
  const Ref<D> whole = WeakDict<D>::made_empty();
  if (!whole) return out_of_memory();
  if (Result<void> done = update(*whole, left); !done) return done.failure();
  if (Result<void> done = update(*whole, right); !done) return done.failure();
  return Value(whole);
}

// Of the kind of the left one, unless that is a Dict.
Result<Value> binary_mappings(Operator op, const Value& left, const Value& right) {
  if (op != Operator::kOr || !is_mapping(*left) || !is_mapping(*right)) return Value();
  const Value& first = is<Dict>(left) ? right : left;
  return is<WeakKeyDict>(first) ? joined<WeakKeyDict>(left, right)
                                : joined<WeakValueDict>(left, right);
}

// forget(reference) of one value of a WeakValueDict; the closure is (container, key).
Result<Value> forget_value(const Value& closure, std::span<const Value> arguments) {
  const auto parts = as<Tuple>(closure)->items();
  const Value alive = target_of(parts[0]);
  if (!alive) return Value(none());
  WeakContainer& self = container_in(*alive);
  const Result<Value> held = get(*self.data, parts[1]);
  if (!held || !same(*held, arguments[0])) return held ? Result<Value>(none()) : held;
  Result<Value> taken = take(*self.data, parts[1]);
  if (!taken) return taken;
  self.deaths += *taken ? 1 : 0;
  return Value(none());
}

Result<bool> key_is_in(const Object& self, const Object& key) {
  const Result<Value> found = get(by_value(self), Value::to(const_cast<Object&>(key)));
  if (!found) return found.failure();
  return static_cast<bool>(*found);
}

template <class D>
constexpr Protocol weak_dict_protocol() noexcept {
  return {.equal = &equal_mappings,
          .length = &length_of_container,
          .iterate = [](Object& self) { return keys(static_cast<D&>(self)); },
          .getitem = &WeakDict<D>::getitem,
          .setitem = &WeakDict<D>::setitem,
          .binary = &binary_mappings,
          .in_place = &WeakDict<D>::change,
          .is_weakly_referable = true};
}

constexpr Protocol value_dict_protocol() noexcept {
  Protocol protocol = weak_dict_protocol<WeakValueDict>();
  protocol.contains = &key_is_in;
  return protocol;
}

constexpr Protocol key_dict_protocol() noexcept {
  Protocol protocol = weak_dict_protocol<WeakKeyDict>();
  protocol.contains = &weak_key_is_in;
  return protocol;
}

}  // namespace

constinit const Type WeakValueDict::type =
    native_type<WeakValueDict>("WeakValueDictionary", value_dict_protocol());
constinit const Type WeakKeyDict::type =
    native_type<WeakKeyDict>("WeakKeyDictionary", key_dict_protocol());

Ref<WeakValueDict> make_weak_value_dict() noexcept {
  return try_weak_container<WeakValueDict>(nullptr);
}
Ref<WeakKeyDict> make_weak_key_dict() noexcept {
  return try_weak_container<WeakKeyDict>(&forget_key);
}

// By value.

Result<Value> get(const WeakValueDict& dict, const Value& key) {
  Result<Value> reference = get(*dict.data, key);
  if (!reference || !*reference) return reference;
  return target_of(*reference);
}

Result<void> set(WeakValueDict& dict, const Value& key, const Value& value) {
  const Ref<Tuple> closure = types::make_tuple({dict.forget, key});
  if (!closure) return out_of_memory();
  const Value forget = make_function("forget", &forget_value, closure);
  if (!forget) return out_of_memory();
  const Result<Ref<WeakReference>> reference = make_weakref(value, forget);
  if (!reference) return reference.failure();
  return set(*dict.data, key, Value(*reference));
}

Result<Value> pop(WeakValueDict& dict, const Value& key) {
  Result<Value> reference = take(*dict.data, key);
  if (!reference) return reference;
  Value alive = *reference ? target_of(*reference) : nullptr;
  return alive ? Result<Value>(std::move(alive)) : no_key(key);
}

// By key.

Result<Value> get(const WeakKeyDict& dict, const Value& key) {
  Result<Value> reference = as_key(key);
  if (!reference) return reference;
  return get(*dict.data, *reference);
}

Result<void> set(WeakKeyDict& dict, const Value& key, Value value) {
  return set_by_weak_key(dict, key, std::move(value));
}

Result<Value> pop(WeakKeyDict& dict, const Value& key) {
  Result<Value> reference = as_key(key);
  if (!reference) return reference;
  Result<Value> taken = take(*dict.data, *reference);
  if (taken && !*taken) return no_key(key);
  return taken;
}

// By either.

Result<Value> popitem(WeakValueDict& dict) { return ByValue::popitem(dict); }
Result<Value> popitem(WeakKeyDict& dict) { return ByKey::popitem(dict); }
Result<Value> setdefault(WeakValueDict& dict, const Value& key, const Value& value) {
  return ByValue::setdefault(dict, key, value);
}
Result<Value> setdefault(WeakKeyDict& dict, const Value& key, const Value& value) {
  return ByKey::setdefault(dict, key, value);
}
Result<void> update(WeakValueDict& dict, const Value& other) { return update_dict(dict, other); }
Result<void> update(WeakKeyDict& dict, const Value& other) { return update_dict(dict, other); }
Result<Ref<WeakValueDict>> copy(const WeakValueDict& dict) { return ByValue::copy(dict); }
Result<Ref<WeakKeyDict>> copy(const WeakKeyDict& dict) { return ByKey::copy(dict); }

Result<Value> keys(WeakValueDict& dict) { return ByValue::iterate(dict, ItemPart::kKey); }
Result<Value> keys(WeakKeyDict& dict) { return ByKey::iterate(dict, ItemPart::kKey); }
Result<Value> values(WeakValueDict& dict) { return ByValue::iterate(dict, ItemPart::kValue); }
Result<Value> values(WeakKeyDict& dict) { return ByKey::iterate(dict, ItemPart::kValue); }
Result<Value> items(WeakValueDict& dict) { return ByValue::iterate(dict, ItemPart::kBoth); }
Result<Value> items(WeakKeyDict& dict) { return ByKey::iterate(dict, ItemPart::kBoth); }
Result<Ref<List>> valuerefs(const WeakValueDict& dict) { return ByValue::references(dict); }
Result<Ref<List>> keyrefs(const WeakKeyDict& dict) { return ByKey::references(dict); }

}  // namespace exuvia::types
