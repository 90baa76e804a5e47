// Value: a handle to any object of the types, and what a type says of its objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "exuvia/runtime/make.hpp"
#include "exuvia/types/error.hpp"

namespace exuvia::types {
struct Object;
struct Str;
}  // namespace exuvia::types

template <>
inline constexpr bool exuvia::runtime::kChecksUse<exuvia::types::Object> = true;
template <class T>
requires std::is_base_of_v<exuvia::types::Object, T>
inline constexpr bool exuvia::runtime::kBelongsToThread<T> = true;

namespace exuvia::types {

// The base of every type's class, and the first, so that all objects can be held by one handle.
struct Object {};

// Any value. Never empty but where a function says so: using an empty one stops the process, in
// every build.
using Value = Ref<Object>;

using Hash = std::int64_t;

enum class Ordering { kLess, kEqual, kGreater, kUnordered, kUnsupported };

// Whether a comparison holds; nothing where the types do not know.
using Verdict = std::optional<bool>;

// <, <=, >, >= and !=
enum class Comparison { kLess, kLessEqual, kGreater, kGreaterEqual, kNotEqual };

// -, +, ~ and abs()
enum class UnaryOperator { kNegative, kPositive, kInvert, kAbsolute };

enum class Operator {
  kAdd,
  kSubtract,
  kMultiply,
  kTrueDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kLeftShift,
  kRightShift,
  kAnd,
  kOr,
  kXor,
};

// How a type's objects answer the functions of protocol.hpp. An absent slot is null: the operation
// is a TypeError, but that objects without `equal` are equal only to themselves, and that
// those without `truth` and `length` are true.
struct Protocol {
  // The other object may be of any type; what a type does not know is unequal.
  Result<bool> (*equal)(const Object& self, const Object& other) = nullptr;
  // Absent beside `equal`: unhashable. Absent without it: by identity.
  Result<Hash> (*hash)(const Object& self) = nullptr;
  Result<Ordering> (*order)(const Object& self, const Object& other) = nullptr;
  // Instead of `order`, where it depends on the comparison.
  Result<Verdict> (*compare)(Comparison comparison, const Object& self,
                             const Object& other) = nullptr;
  // Appends to `out`.
  Result<void> (*repr)(const Object& self, std::string& out) = nullptr;
  Result<void> (*str)(const Object& self, std::string& out) = nullptr;  // absent: as repr
  // Appends the object in the form that `spec` asks for. Absent: an empty one asks for str, and no
  // other is known. __format__.
  Result<void> (*format)(const Object& self, const Str& spec, std::string& out) = nullptr;
  Result<bool> (*truth)(const Object& self) = nullptr;
  Result<std::size_t> (*length)(const Object& self) = nullptr;
  Result<Value> (*iterate)(Object& self) = nullptr;
  // An empty Value ends the iteration.
  Result<Value> (*next)(Object& self) = nullptr;
  // How many items an iterator has left, as far as it knows. Absent: it does not.
  std::size_t (*length_hint)(const Object& self) noexcept = nullptr;
  Result<bool> (*contains)(const Object& self, const Object& item) = nullptr;
  Result<Value> (*getitem)(Object& self, const Value& key) = nullptr;
  // An empty value deletes, here and in setattr.
  Result<void> (*setitem)(Object& self, const Value& key, Value value) = nullptr;
  Result<Value> (*getattr)(Object& self, const Value& name) = nullptr;
  Result<void> (*setattr)(Object& self, const Value& name, Value value) = nullptr;
  // An empty Value: not supported for these two. One of them is of the type; if both have the same
  // slot, it is asked once.
  Result<Value> (*binary)(Operator op, const Value& left, const Value& right) = nullptr;
  // left op= right: changes `left` and gives it, or gives what is to take its place. An empty
  // Value: as `binary`.
  Result<Value> (*in_place)(Operator op, const Value& left, const Value& right) = nullptr;
  // An empty Value: not supported.
  Result<Value> (*unary)(UnaryOperator op, const Value& self) = nullptr;
  // The object as an Int, where it may stand for one: __index__. An empty Value: it may not.
  Result<Value> (*index)(Object& self) = nullptr;
  Result<Value> (*call)(Object& self, std::span<const Value> arguments) = nullptr;
  // What the object, an attribute of the class `owner`, is for an instance, which is empty where
  // the class itself is asked: a function is a method. Absent, or an empty Value: itself. __get__.
  Result<Value> (*bind)(Object& self, const Value& instance, const Value& owner) = nullptr;
  // Stores, or deletes where the value is empty, an attribute of the instance for which the object,
  // an attribute of its class, is responsible. __set__ and __delete__.
  Result<void> (*assign)(Object& self, const Value& instance, Value value) = nullptr;
  // Absent: the type's own name.
  std::string (*type_name)(const Object& self) = nullptr;
  // Bytes that the object owns outside itself; what other objects own is not counted.
  std::size_t (*extra_bytes)(const Object& self) noexcept = nullptr;
  // A sequence: its + and * are asked after those of a right operand that is none, as Python asks
  // the operators of numbers first.
  bool is_sequence = false;
  // Weak references to objects of the type can be made.
  bool is_weakly_referable = false;
  // An object of the type that is not tracked will never be: it holds atoms only, and stays so.
  bool is_atomic_when_untracked = false;
};

// Type descriptors may be constants or made at run time; they live as long as the process. The type
// of an object of class T is T::type.
struct Type : runtime::Type {
  Protocol does;
};

[[nodiscard]] inline const Type& type_of(const Object& object) noexcept {
  return static_cast<const Type&>(*runtime::header_of_payload(&object)->binding->type);
}
[[nodiscard]] inline const Type& type_of(const Value& value) noexcept { return type_of(*value); }
// As messages name it; for an instance, its class's name.
[[nodiscard]] inline std::string type_name(const Object& object) {
  const Type& type = type_of(object);
  return type.does.type_name != nullptr ? type.does.type_name(object) : type.name;
}

// Whether the value is exactly a T; an empty one is nothing.
template <class T>
[[nodiscard]] bool is(const Object& object) noexcept {
  return &type_of(object) == &T::type;
}
template <class T>
[[nodiscard]] bool is(const Value& value) noexcept {
  return value && is<T>(*value);
}

// The object as a T, null if it is none.
template <class T>
[[nodiscard]] T* as(Object& object) noexcept {
  return is<T>(object) ? static_cast<T*>(&object) : nullptr;
}
template <class T>
[[nodiscard]] const T* as(const Object& object) noexcept {
  return is<T>(object) ? static_cast<const T*>(&object) : nullptr;
}
template <class T>
[[nodiscard]] T* as(const Value& value) noexcept {
  return value ? as<T>(*value) : nullptr;
}

// The value as a handle of its own type; empty if it is none.
template <class T>
[[nodiscard]] Ref<T> cast(const Value& value) noexcept {
  T* const object = as<T>(value);
  return object != nullptr ? Ref<T>::to(*object) : nullptr;
}

// The object of a constructor as a result: an empty Ref means exhaustion.
template <class T>
[[nodiscard]] Result<Value> made(Ref<T> object) {
  if (!object) return out_of_memory();
  return Value(std::move(object));
}

// An object that exists once in the process, in static storage: immortal, shared by all heaps and
// threads, never written (PEP 683).
template <class T>
struct Immortal {
  runtime::Header header;
  T object;

  template <class... Args>
  constexpr explicit Immortal(const runtime::Binding& binding, Args... args)
      : header{object::Counting::kImmortal, 0, &binding}, object{args...} {}
};

// A class of the program's own whose objects are Values: it derives from Object, has a
// `static const Type type` (see native_type), and is traced as any class of the runtime is.
template <class T>
concept Native = std::is_base_of_v<Object, T> && requires {
  { T::type } -> std::convertible_to<const Type&>;
};

// Stops the process, in every build, where T::type describes other objects: T has inherited its
// base's, or is a class of the library's.
template <Native T>
void check_describes_itself() noexcept {
  if (T::type.size != sizeof(T) || (T::type.size_of != nullptr) != runtime::HasTail<T>) [[unlikely]]
    runtime::fail_type("make_native makes classes that have a `type` of their own",
                       runtime::kNameStorage<T>.text);
}

// Builds a native object from `args`, which are an aggregate's members; empty when memory is
// exhausted. Throws what the constructor throws.
template <Native T, class... Args>
[[nodiscard]] Ref<T> try_make_native(Args&&... args) {
  check_describes_itself<T>();
  runtime::HeapCore& core = runtime::HeapCore::current();
  if constexpr (sizeof...(Args) > 0 && std::is_aggregate_v<T>) {
    // The first member of such an aggregate is its base.
    return runtime::make_as<T>(T::type, core, Object{}, std::forward<Args>(args)...);
  } else {
    return runtime::make_as<T>(T::type, core, std::forward<Args>(args)...);
  }
}
// The same, and throws std::bad_alloc when memory is exhausted.
template <Native T, class... Args>
[[nodiscard]] Ref<T> make_native(Args&&... args) {
  Ref<T> object = try_make_native<T>(std::forward<Args>(args)...);
  if (!object) throw std::bad_alloc();
  return object;
}

// Both of a class `struct T : Object, exuvia::Tail<T, Element>`, with `count` elements.
template <Native T, class... Args>
[[nodiscard]] Ref<T> try_make_native_with_tail(std::size_t count, Args&&... args) {
  check_describes_itself<T>();
  return runtime::make_with_tail_as<T>(T::type, runtime::HeapCore::current(), count,
                                       std::forward<Args>(args)...);
}
template <Native T, class... Args>
[[nodiscard]] Ref<T> make_native_with_tail(std::size_t count, Args&&... args) {
  Ref<T> object = try_make_native_with_tail<T>(count, std::forward<Args>(args)...);
  if (!object) throw std::bad_alloc();
  return object;
}

// The descriptor of a native class.
template <class T>
[[nodiscard]] constexpr Type native_type(const char* name, Protocol protocol = {}) noexcept {
  using Slots = runtime::SlotsOf<T>;
  return Type{{.name = name,
               .size = sizeof(T),
               .size_of = Slots::size_of_slot(),
               .trace = Slots::trace_slot(),
               .finalize = Slots::finalize_slot(),
               .destroy = Slots::destroy_slot()},
              protocol};
}

}  // namespace exuvia::types
