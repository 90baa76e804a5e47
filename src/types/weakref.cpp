#include "exuvia/types/weakref.hpp"

#include <cinttypes>
#include <cstdio>

#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/watch.hpp"

namespace exuvia::types {

namespace {

const WeakReference& reference_in(const Object& object) noexcept {
  return static_cast<const WeakReference&>(object);
}

std::string address_of(const Object& object) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIxPTR, reinterpret_cast<std::uintptr_t>(&object));
  return text;
}

Result<bool> equal_references(const Object& self, const Object& other) {
  if (&self == &other) return true;
  if (!is<WeakReference>(other)) return false;
  const Value a = referent(reference_in(self));
  const Value b = referent(reference_in(other));
  if (!a || !b) return false;
  return equal(a, b);
}

Result<Hash> hash_of_reference(const Object& object) {
  const WeakReference& self = reference_in(object);
  if (self.has_hash) return self.hash;
  const Value target = referent(self);
  if (!target) return type_error("weak object has gone away");
  Result<Hash> target_hash = hash(target);
  if (!target_hash) return target_hash;
  self.hash = *target_hash;
  self.has_hash = true;
  return self.hash;
}

Result<void> repr_reference(const Object& object, std::string& out) {
  const Value target = referent(reference_in(object));
  out.append("<weakref at ").append(address_of(object)).append("; ");
  if (target) {
    out.append("to '").append(type_name(*target)).append("' at ").append(address_of(*target));
  } else {
    out += "dead";
  }
  out += '>';
  return {};
}

Result<Value> call_reference(Object& object, std::span<const Value>) {
  Value target = referent(reference_in(object));
  return target ? target : Value(none());
}

void call_back(WeakReference* reference) {
  const Value self = Value::to(*reference);
  const Value callback = std::exchange(reference->callback, nullptr);
  throw_failure(call(callback, {self}));
}

}  // namespace

constinit const Type WeakReference::type =
    native_type<WeakReference>("weakref", {.equal = &equal_references,
                                           .hash = &hash_of_reference,
                                           .repr = &repr_reference,
                                           .call = &call_reference,
                                           .is_weakly_referable = true});

Value referent(const WeakReference& reference) noexcept { return reference.target.lock(); }

// The reference exists before it watches, as its callback names it.
Result<Ref<WeakReference>> make_weakref(const Value& value, Value callback) {
  const bool has_callback = static_cast<bool>(callback);
  Ref<WeakReference> reference =
      try_build<WeakReference>(WeakReference::type, sizeof(WeakReference), true, Weak<Object>(),
                               std::move(callback), Hash{0}, false);
  if (!reference) return out_of_memory();
  Result<Weak<Object>> watch = has_callback
                                   ? try_watch(value, [self = reference.get()] { call_back(self); })
                                   : try_watch(value);
  if (!watch) return watch.failure();
  reference->target = *std::move(watch);
  reference = publish(std::move(reference), true);
  if (!reference) return out_of_memory();
  return reference;
}

// Proxies.

namespace {

// What the proxy stands for; other values stand for themselves.
Result<Value> behind(const Object& object) {
  if (!is<WeakProxy>(object)) return Value::to(const_cast<Object&>(object));
  Value target = static_cast<const WeakProxy&>(object).target.lock();
  if (target) return target;
  return Error{ErrorKind::kReferenceError, "weakly-referenced object no longer exists"};
}

// action(object) for the object behind the proxy.
template <class Action>
auto through(const Object& proxy, Action&& action) -> decltype(action(std::declval<Value>())) {
  const Result<Value> target = behind(proxy);
  if (!target) return target.failure();
  return action(*target);
}

struct ProxySlots {
  static Result<bool> equal(const Object& self, const Object& other) {
    return through(self, [&](const Value& a) {
      return through(other, [&](const Value& b) { return types::equal(a, b); });
    });
  }
  static Result<Verdict> compare(Comparison comparison, const Object& self, const Object& other) {
    const auto answer = through(self, [&](const Value& a) {
      return through(other, [&](const Value& b) { return types::compare(comparison, a, b); });
    });
    if (!answer) return answer.failure();
    return Verdict(*answer);
  }
  static Result<void> str(const Object& self, std::string& out) {
    return through(self, [&](const Value& target) { return append_str(*target, out); });
  }
  static Result<void> repr(const Object& self, std::string& out) {
    append_default_repr(self, out);
    return {};
  }
  static Result<bool> truth(const Object& self) {
    return through(self, [](const Value& target) { return types::truth(target); });
  }
  static Result<std::size_t> length(const Object& self) {
    return through(self, [](const Value& target) { return types::length(target); });
  }
  static Result<Value> iterate(Object& self) {
    return through(self, [](const Value& target) { return types::iterate(target); });
  }
  static Result<Value> next(Object& self) {
    return through(self, [](const Value& target) { return types::next(target); });
  }
  static Result<bool> contains(const Object& self, const Object& item) {
    return through(self, [&](const Value& target) {
      return types::contains(target, Value::to(const_cast<Object&>(item)));
    });
  }
  static Result<Value> getitem(Object& self, const Value& key) {
    return through(self, [&](const Value& target) { return types::getitem(target, key); });
  }
  static Result<void> setitem(Object& self, const Value& key, Value value) {
    return through(
        self, [&](const Value& target) { return types::setitem(target, key, std::move(value)); });
  }
  static Result<Value> getattr(Object& self, const Value& name) {
    return through(self, [&](const Value& target) { return types::getattr(target, name); });
  }
  static Result<void> setattr(Object& self, const Value& name, Value value) {
    return through(
        self, [&](const Value& target) { return types::setattr(target, name, std::move(value)); });
  }
  static Result<Value> binary(Operator op, const Value& left, const Value& right) {
    return through(*left, [&](const Value& a) {
      return through(*right, [&](const Value& b) { return types::binary(op, a, b); });
    });
  }
  static Result<Value> unary(UnaryOperator op, const Value& self) {
    return through(*self, [&](const Value& target) { return types::unary(op, target); });
  }
  static Result<Value> index(Object& self) {
    return through(self, [](const Value& target) { return types::index(target); });
  }
  static Result<Value> call(Object& self, std::span<const Value> arguments) {
    return through(self, [&](const Value& target) { return types::call(target, arguments); });
  }
};

}  // namespace

// A proxy has no hash, as its object may change.
constinit const Type WeakProxy::type =
    native_type<WeakProxy>("weakproxy", {.equal = &ProxySlots::equal,
                                         .compare = &ProxySlots::compare,
                                         .repr = &ProxySlots::repr,
                                         .str = &ProxySlots::str,
                                         .truth = &ProxySlots::truth,
                                         .length = &ProxySlots::length,
                                         .iterate = &ProxySlots::iterate,
                                         .next = &ProxySlots::next,
                                         .contains = &ProxySlots::contains,
                                         .getitem = &ProxySlots::getitem,
                                         .setitem = &ProxySlots::setitem,
                                         .getattr = &ProxySlots::getattr,
                                         .setattr = &ProxySlots::setattr,
                                         .binary = &ProxySlots::binary,
                                         .unary = &ProxySlots::unary,
                                         .index = &ProxySlots::index,
                                         .call = &ProxySlots::call});

Result<Ref<WeakProxy>> make_proxy(const Value& value) {
  Result<Weak<Object>> watch = try_watch(value);
  if (!watch) return watch.failure();
  Ref<WeakProxy> proxy =
      try_build<WeakProxy>(WeakProxy::type, sizeof(WeakProxy), true, *std::move(watch));
  if (!proxy) return out_of_memory();
  proxy = publish(std::move(proxy), true);
  if (!proxy) return out_of_memory();
  return proxy;
}

// Finalizers.

namespace {

Result<Value> run(Finalizer& finalizer) {
  const Value function = std::exchange(finalizer.function, nullptr);
  const Ref<Tuple> arguments = std::exchange(finalizer.arguments, nullptr);
  detach(finalizer);
  if (!function) return Value(none());
  return call(function, arguments->items());
}

Result<Value> call_finalizer(Object& self, std::span<const Value>) {
  const Value kept = Value::to(self);
  return run(static_cast<Finalizer&>(self));
}

}  // namespace

constinit const Type Finalizer::type =
    native_type<Finalizer>("finalize", {.call = &call_finalizer, .is_weakly_referable = true});

Result<Ref<Finalizer>> make_finalizer(const Value& value, Value function,
                                      std::span<const Value> arguments) {
  Ref<Tuple> kept = types::make_tuple(arguments);
  if (!kept) return out_of_memory();
  Ref<Finalizer> finalizer =
      try_build<Finalizer>(Finalizer::type, sizeof(Finalizer), true, Weak<Object>(),
                           std::move(function), std::move(kept));
  if (!finalizer) return out_of_memory();
  finalizer = publish(std::move(finalizer), true);
  if (!finalizer) return out_of_memory();
  // The callback holds the finalizer, and the finalizer the callback, until it has run.
  Result<Weak<Object>> watch =
      try_watch(value, [kept_alive = finalizer] { throw_failure(run(*Ref(kept_alive))); });
  if (!watch) return watch.failure();
  finalizer->target = *std::move(watch);
  return finalizer;
}

bool is_alive(const Finalizer& finalizer) noexcept { return static_cast<bool>(finalizer.function); }

// The callback, which holds the finalizer, may go with the Weak: that goes last.
void detach(Finalizer& finalizer) noexcept {
  const Ref<Finalizer> kept = ref_to(finalizer);
  finalizer.function.reset();
  finalizer.arguments.reset();
  const Weak<Object> watch = std::exchange(finalizer.target, Weak<Object>());
}

}  // namespace exuvia::types
