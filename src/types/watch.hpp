// Watching an object's life.
#pragma once

#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "exuvia/runtime/weak.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

// A Weak of `value`, which must be of a type that knows weak references.
[[nodiscard]] inline Result<Weak<Object>> try_watch(const Value& value,
                                                    std::function<void()> callback = nullptr) {
  if (!type_of(value).does.is_weakly_referable)
    return type_error("cannot create weak reference to '" + type_name(*value) + "' object");
  try {
    if (callback == nullptr) return Weak<Object>(value);
    return Weak<Object>(value, std::move(callback));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

// For callbacks, whose failures the heap's unraisable hook gets to know as exceptions.
template <class T>
void throw_failure(const Result<T>& done) {
  if (!done)
    throw std::runtime_error(std::string(name_of(done.error().kind)) + ": " + done.message());
}

// What a watcher that has a callback does when what it knows has died: once, whatever dies first.
template <class Watcher>
[[nodiscard]] std::function<void()> calling_back(Watcher& watcher) {
  if (!watcher.callback) return nullptr;
  return [self = &watcher] {
    const Value kept = Value::to(*self);
    const Value callback = std::exchange(self->callback, nullptr);
    if (callback) throw_failure(call(callback, {kept}));
  };
}

// Appends "; to 'Node' at 0x…>", or "; dead>" where the object is empty.
inline void append_watched(std::string& out, const char* preposition, const Value& object) {
  if (!object) {
    out += "; dead>";
    return;
  }
  out.append("; ").append(preposition).append(" '").append(type_name(*object)).append("' at ");
  out.append(address_of(*object)).append(">");
}

}  // namespace exuvia::types
