// What the kinds of weak references share.
#pragma once

#include "exuvia/types/weakref.hpp"
#include "types/allocate.hpp"
#include "types/watch.hpp"

namespace exuvia::types {

[[nodiscard]] Result<Hash> hash_of_reference(const Object& object);
Result<void> repr_reference(const Object& object, std::string& out);

// A T that watches the value. It exists before it watches, as its callback names it.
template <class T>
[[nodiscard]] Result<Ref<T>> make_watcher(const Value& value, Value&& callback) {
  Ref<T> watcher = try_build<T>(T::type, sizeof(T));
  if (!watcher) return out_of_memory();
  watcher->callback = std::move(callback);
  Result<Weak<Object>> watch = try_watch(value, calling_back(*watcher));
  if (!watch) return watch.failure();
  watcher->target = *std::move(watch);
  watcher = publish(std::move(watcher), true);
  if (!watcher) return out_of_memory();
  return watcher;
}

}  // namespace exuvia::types
