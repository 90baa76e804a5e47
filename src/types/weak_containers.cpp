#include "types/weak_containers.hpp"

#include "exuvia/types/protocol.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

bool next_living(const WeakContainer& self, Watched watched, std::size_t& position, Value* key,
                 Value* value) {
  while (next_item(*self.data, position, key, value)) {
    Value& side = watched == Watched::kKeys ? *key : *value;
    if (Value alive = target_of(side)) {
      side.swap(alive);
      return true;
    }
  }
  return false;
}

namespace {

struct LivingIterator : Object {
  static const Type type;

  Ref<WeakContainer> container;  // empty once the end has been seen
  Watched watched;
  ItemPart part;
  std::size_t position;
  std::size_t births;  // of items, when it began

  void trace(Visitor& v) const { v(container); }
};

std::size_t births_in(const WeakContainer& container) noexcept {
  return container.data->used + container.deaths;
}

Result<Value> next_of_living(Object& object) {
  auto& self = static_cast<LivingIterator&>(object);
  if (!self.container) return Value();
  if (births_in(*self.container) != self.births) {
    self.births = SIZE_MAX;
    return Error{ErrorKind::kRuntimeError, is<WeakSet>(Value(self.container))
                                               ? "Set changed size during iteration"
                                               : "dictionary changed size during iteration"};
  }
  Value key;
  Value value;
  if (!next_living(*self.container, self.watched, self.position, &key, &value)) {
    self.container.reset();
    return Value();
  }
  if (self.part == ItemPart::kBoth) return made(types::make_tuple({key, value}));
  return self.part == ItemPart::kKey ? key : value;
}

constinit const Type LivingIterator::type = native_type<LivingIterator>(
    "weak_iterator", {.iterate = &iterate_itself, .next = &next_of_living});

}  // namespace

Result<Value> iterate_living(WeakContainer& self, Watched watched, ItemPart part) {
  Ref<LivingIterator> iterator =
      try_build<LivingIterator>(LivingIterator::type, sizeof(LivingIterator), ref_to(self), watched,
                                part, std::size_t{0}, births_in(self));
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

Result<Value> as_key(const Value& value) {
  const Result<Ref<WeakReference>> reference = make_weakref(value);
  if (!reference) return reference.failure();
  return Value(*reference);
}

Result<bool> weak_key_is_in(const Object& self, const Object& item) {
  if (!type_of(item).does.is_weakly_referable) return false;
  const Result<Value> reference = as_key(Value::to(const_cast<Object&>(item)));
  if (!reference) return reference.failure();
  const Result<Value> found = get(*container_in(self).data, *reference);
  if (!found) return found.failure();
  return static_cast<bool>(*found);
}

Result<std::size_t> length_of_container(const Object& self) {
  return container_in(self).data->used;
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

bool try_equip(WeakContainer& container, Code forget) noexcept {
  container.data = make_dict();
  if (!container.data) return false;
  const Result<Ref<WeakReference>> itself = make_weakref(Value::to(container));
  if (!itself) return false;
  container.forget =
      forget == nullptr ? Value(*itself) : Value(make_function("forget", forget, *itself));
  return static_cast<bool>(container.forget);
}

Result<Value> forget_key(const Value& container, std::span<const Value> arguments) {
  const Value alive = target_of(container);
  if (!alive) return Value(none());
  WeakContainer& self = container_in(*alive);
  Result<Value> taken = take(*self.data, arguments[0]);
  if (!taken) return taken;
  self.deaths += *taken ? 1 : 0;
  return Value(none());
}

void clear(WeakContainer& container) noexcept { clear(*container.data); }

}  // namespace exuvia::types
