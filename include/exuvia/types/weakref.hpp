// Values that know others without keeping them alive, as Python's module weakref.
#pragma once

#include <span>

#include "exuvia/runtime/weak.hpp"
#include "exuvia/types/object.hpp"
#include "exuvia/types/tuple.hpp"

namespace exuvia::types {

// weakref.ref: called, it gives the object, or None once that has died. Its hash is the object's,
// if asked for in the object's life; references to living objects are equal if the objects are,
// others only to themselves.
struct WeakReference : Object {
  static const Type type;

  Weak<Object> target;
  Value callback;  // called with the reference when the object has died; may be empty
  mutable Hash hash;
  mutable bool has_hash;

  void trace(Visitor& v) const { v(target, callback); }
};

// weakref.proxy: does what its object does; ReferenceError once that has died.
struct WeakProxy : Object {
  static const Type type;

  Weak<Object> target;

  void trace(Visitor& v) const { v(target); }
};

// TypeError if the value's type knows no weak references: None, numbers, str, bytes, bytearray,
// tuple, list, dict. What a callback fails with goes to the heap's unraisable hook.
[[nodiscard]] Result<Ref<WeakReference>> make_weakref(const Value& value, Value callback = nullptr);
[[nodiscard]] Result<Ref<WeakProxy>> make_proxy(const Value& value);
// The object, or an empty Value.
[[nodiscard]] Value referent(const WeakReference& reference) noexcept;

// weakref.finalize: calls function(*arguments) once, when the value has died or the finalizer is
// called, whichever comes first; None afterwards. It stays alive until then.
struct Finalizer : Object {
  static const Type type;

  Weak<Object> target;
  Value function;  // empty once called or detached
  Ref<Tuple> arguments;

  void trace(Visitor& v) const { v(target, function, arguments); }
};

[[nodiscard]] Result<Ref<Finalizer>> make_finalizer(const Value& value, Value function,
                                                    std::span<const Value> arguments = {});
[[nodiscard]] bool is_alive(const Finalizer& finalizer) noexcept;
// It will not be called.
void detach(Finalizer& finalizer) noexcept;

}  // namespace exuvia::types
