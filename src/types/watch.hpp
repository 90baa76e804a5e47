// Watching an object's life.
#pragma once

#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "exuvia/runtime/weak.hpp"
#include "exuvia/types/object.hpp"

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

}  // namespace exuvia::types
