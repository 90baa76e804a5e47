// Values that know others without keeping them alive, as Python's module weakref.
#pragma once

#include <span>

#include "exuvia/runtime/weak.hpp"
#include "exuvia/types/dict.hpp"
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

// What the three weak containers are made of. `forget` takes out what has died: a Function that
// knows the container by a weak reference.
struct WeakContainer : Object {
  Ref<Dict> data;
  Value forget;

  void trace(Visitor& v) const { v(data, forget); }
};

// WeakValueDictionary: an item goes when its value dies.   data: key → WeakReference
struct WeakValueDict : WeakContainer {
  static const Type type;
};

// WeakKeyDictionary: an item goes when its key dies.   data: WeakReference → value
struct WeakKeyDict : WeakContainer {
  static const Type type;
};

// WeakSet: a value goes when nobody else holds it.   data: WeakReference → None
struct WeakSet : WeakContainer {
  static const Type type;
};

// They answer len, in, iteration (over keys or values that live when it begins), and, the
// dictionaries, item access. Empty when memory is exhausted.
[[nodiscard]] Ref<WeakValueDict> make_weak_value_dict() noexcept;
[[nodiscard]] Ref<WeakKeyDict> make_weak_key_dict() noexcept;
[[nodiscard]] Ref<WeakSet> make_weak_set() noexcept;
[[nodiscard]] Result<void> add(WeakSet& set, const Value& value);
[[nodiscard]] Result<bool> discard(WeakSet& set, const Value& value);

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
