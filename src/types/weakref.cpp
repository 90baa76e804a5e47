#include "exuvia/types/weakref.hpp"

#include <vector>

#include "exuvia/types/none.hpp"
#include "types/allocate.hpp"
#include "types/recursion.hpp"
#include "types/reference.hpp"
#include "types/watch.hpp"

namespace exuvia::types {

namespace {

const WeakReference& reference_in(const Object& object) noexcept {
  return static_cast<const WeakReference&>(object);
}

Result<bool> equal_references(const Object& self, const Object& other) {
  if (&self == &other) return true;
  if (!is<WeakReference>(other)) return false;
  const Value a = referent(reference_in(self));
  const Value b = referent(reference_in(other));
  if (!a || !b) return false;
  return equal(a, b);
}

Result<Value> call_reference(Object& object, std::span<const Value>) {
  Value target = referent(reference_in(object));
  return target ? target : Value(none());
}

}  // namespace

Result<Hash> hash_of_reference(const Object& object) {
  const WeakReference& self = reference_in(object);
  if (self.has_hash) return self.hash;
  const Value target = referent(self);
  if (!target) return type_error("weak object has gone away");
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("while hashing a weak reference");
  Result<Hash> target_hash = hash(target);
  if (!target_hash) return target_hash;
  self.hash = *target_hash;
  self.has_hash = true;
  return self.hash;
}

Result<void> repr_reference(const Object& object, std::string& out) {
  out.append("<weakref at ").append(address_of(object));
  append_watched(out, "to", referent(reference_in(object)));
  return {};
}

constinit const Type WeakReference::type =
    native_type<WeakReference>("weakref", {.equal = &equal_references,
                                           .hash = &hash_of_reference,
                                           .repr = &repr_reference,
                                           .call = &call_reference,
                                           .is_weakly_referable = true});

Value referent(const WeakReference& reference) noexcept { return reference.target.lock(); }

Result<Ref<WeakReference>> make_weakref(const Value& value, Value callback) {
  return make_watcher<WeakReference>(value, std::move(callback));
}

std::size_t getweakrefcount(const Value& value) noexcept {
  return runtime::weak_count(value.header());
}

Result<Ref<List>> getweakrefs(const Value& value) {
  std::vector<Value> found;
  const auto take = [&](auto& watcher) {
    if (watcher.target.lock() == value) found.push_back(Value::to(watcher));
  };
  if (getweakrefcount(value) > 0) {
    heap_of(*value).generations().for_each([&](const runtime::Header* header) {
      const runtime::Type* const type = header->binding->type;
      auto* const object = static_cast<Object*>(const_cast<void*>(header->payload()));
      if (type == &WeakReference::type || type == &WeakMethod::type)
        take(static_cast<WeakReference&>(*object));
      if (type == &WeakProxy::type) take(static_cast<WeakProxy&>(*object));
    });
  }
  Ref<List> list = make_list(found);
  if (!list) return out_of_memory();
  return list;
}

}  // namespace exuvia::types
