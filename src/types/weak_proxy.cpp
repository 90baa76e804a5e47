#include "exuvia/types/protocol.hpp"
#include "types/defaults.hpp"
#include "types/reference.hpp"

namespace exuvia::types {

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
  static Result<Value> in_place(Operator op, const Value& left, const Value& right) {
    return through(*left, [&](const Value& a) {
      return through(*right, [&](const Value& b) { return types::in_place(op, a, b); });
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
                                         .in_place = &ProxySlots::in_place,
                                         .unary = &ProxySlots::unary,
                                         .index = &ProxySlots::index,
                                         .call = &ProxySlots::call});

Result<Ref<WeakProxy>> make_proxy(const Value& value, Value callback) {
  return make_watcher<WeakProxy>(value, std::move(callback));
}

}  // namespace exuvia::types
