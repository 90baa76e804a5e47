// Values that know others without keeping them alive, as Python's module weakref.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <span>

#include "exuvia/runtime/weak.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/object.hpp"
#include "exuvia/types/tuple.hpp"

namespace exuvia::types {

// weakref.ref: called, it gives the object, or None once that has died. Its hash is the object's,
// if asked for in the object's life; references to living objects are equal if the objects are,
// others only to themselves.
struct WeakReference : Object {
  static const Type type;

  // Called with the reference when the object has died; may be empty. Goes after `target`: what it
  // holds may be the object.
  Value callback;
  Weak<Object> target;
  mutable Hash hash;
  mutable bool has_hash;

  void trace(Visitor& v) const { v(target, callback); }
};

// weakref.proxy: does what its object does; ReferenceError once that has died.
struct WeakProxy : Object {
  static const Type type;

  Value callback;  // as that of a WeakReference
  Weak<Object> target;

  void trace(Visitor& v) const { v(target, callback); }
};

// weakref.WeakMethod: called, it gives the bound method anew, or None once its object or its
// function has died; a Method itself goes as soon as nobody holds it. Equal to another of an equal
// object and function while all of them live.
struct WeakMethod : WeakReference {
  static const Type type;

  Weak<Object> function;

  void trace(Visitor& v) const {
    WeakReference::trace(v);
    v(function);
  }
};

// TypeError if the value's type knows no weak references: None, numbers, str, bytes, bytearray,
// tuple, list, dict. What a callback fails with goes to the heap's unraisable hook.
[[nodiscard]] Result<Ref<WeakReference>> make_weakref(const Value& value, Value callback = nullptr);
[[nodiscard]] Result<Ref<WeakProxy>> make_proxy(const Value& value, Value callback = nullptr);
// TypeError if the value is no Method.
[[nodiscard]] Result<Ref<WeakMethod>> make_weak_method(const Value& method,
                                                       Value callback = nullptr);
// The object, or an empty Value.
[[nodiscard]] Value referent(const WeakReference& reference) noexcept;
[[nodiscard]] Result<Value> bound_method(const WeakMethod& method) noexcept;

// weakref.getweakrefcount: how many Weaks know the value, those of C++ included.
[[nodiscard]] std::size_t getweakrefcount(const Value& value) noexcept;
// weakref.getweakrefs: the references, proxies and weak methods that know the value, of those on
// its heap. Cost: one look at each tracked object.
[[nodiscard]] Result<Ref<List>> getweakrefs(const Value& value);

// weakref.finalize: calls function(*arguments) once, when the value has died, the finalizer is
// called or the heap ends, whichever comes first; None afterwards. It stays alive until then. At
// the end of a heap, which for a thread's own is the thread's, the newest goes first. An immortal
// value has no other end.
struct Finalizer : Object {
  static const Type type;

  Weak<Object> target;
  Value function;  // empty once called or detached
  Ref<Tuple> arguments;
  bool runs_at_exit = true;  // Python's `atexit`
  // Among the heap's finalizers, until it is called or detached or the heap ends.
  std::optional<std::list<Ref<Finalizer>>::iterator> place;

  void trace(Visitor& v) const { v(target, function, arguments); }
};

[[nodiscard]] Result<Ref<Finalizer>> make_finalizer(const Value& value, Value function,
                                                    std::span<const Value> arguments = {});
[[nodiscard]] bool is_alive(const Finalizer& finalizer) noexcept;

// What a living finalizer knows and would call. The object is empty while it dies.
struct PendingCall {
  Value object;
  Value function;
  Ref<Tuple> arguments;
};
// Nothing once it is dead.
[[nodiscard]] std::optional<PendingCall> peek(const Finalizer& finalizer) noexcept;
// As peek(), and it will not be called any more.
std::optional<PendingCall> detach(Finalizer& finalizer) noexcept;

}  // namespace exuvia::types
