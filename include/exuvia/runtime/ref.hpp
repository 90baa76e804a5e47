// Ref: a counted reference to an object of the runtime.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <type_traits>
#include <utility>

#include "exuvia/runtime/core.hpp"
#include "exuvia/runtime/visitor.hpp"

namespace exuvia {

namespace runtime {

// Where the object starts that `object` is, or is a base of; null for null. A base class must start
// where its object starts, or be polymorphic (then the object is found through its virtual table).
template <class T>
[[nodiscard]] const void* start_of(T* object) noexcept {
  if constexpr (std::is_polymorphic_v<T> && !std::is_final_v<T>) {
    return dynamic_cast<const void*>(object);
  } else {
    return object;
  }
}

template <class T>
[[nodiscard]] Header* header_of(T* object) noexcept {
  return header_of_payload(start_of(object));
}

template <class T, class U>
concept ComparablePointers = requires(T* a, U* b) {
  a == b;
};

// What a Ref<void> refers to, where a reference must have a type.
struct Nothing;

// Whether it is checked that a Ref<T> that is used is not empty.
template <class T>
inline constexpr bool kChecksUse = kChecks;

// Whether checking builds let only the owner of its heap use a Ref<T>, immortal objects apart: what
// is done to the object may change its heap, also where no reference is counted.
template <class T>
inline constexpr bool kBelongsToThread = false;

inline void retain(Header* header) noexcept {
  if constexpr (kChecks) check_usable(header);
  object::Counting::retain(header->references);
}

inline void release(Header* header) noexcept {
  if constexpr (kChecks) check_usable(header);
  if (object::Counting::try_release(header->references)) return;
  if (!object::Counting::is_immortal(header->references)) HeapCore::release_slowly(header);
}

}  // namespace runtime

// Owns a share of an object that make() built. The object is destroyed at once when its last Ref
// goes; objects that hold only each other are destroyed by a collection.
//
// One pointer wide. Copying and dropping touch the object's count, moving does not. Ref<const T>,
// Ref<Base> and Ref<void> hold what Ref<T> holds. Used only on the thread that owns the object's
// heap (see the thread rules in docs/runtime.md); a function that does not keep the object takes T&
// or T*.
template <class T>
class Ref {
 public:
  using element_type = T;
  using pointer = T*;
  using Object = std::conditional_t<std::is_void_v<T>, runtime::Nothing, T>;

  // Empty.
  constexpr Ref() noexcept = default;
  constexpr Ref(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor)

  // Copies count, moves leave the other Ref empty.
  Ref(const Ref& other) noexcept : pointer_(other.pointer_) { retain(); }
  Ref(Ref&& other) noexcept : pointer_(other.pointer_) { take_over(other); }

  // As the pointers convert: to a base, to const, to void.
  template <class U>
  requires std::is_convertible_v<U*, T*> Ref(const Ref<U>& other)
  noexcept  // NOLINT(google-explicit-constructor)
      : pointer_(to_base(other.pointer_)) {
    retain();
  }
  template <class U>
  requires std::is_convertible_v<U*, T*> Ref(Ref<U>&& other)
  noexcept  // NOLINT(google-explicit-constructor)
      : pointer_(to_base(other.pointer_)) {
    take_over(other);
  }

  // Constant where the Ref is empty, so that a class can tell whether its destructor is its own.
  constexpr ~Ref() { release(); }

  // The old object is dropped last, when this Ref already holds the new one: its finalizer may
  // look. Self-assignment is harmless.  NOLINTNEXTLINE(bugprone-unhandled-self-assignment)
  Ref& operator=(const Ref& other) noexcept {
    Ref(other).swap(*this);
    return *this;
  }
  Ref& operator=(Ref&& other) noexcept {
    Ref(std::move(other)).swap(*this);
    return *this;
  }
  template <class U>
  requires std::is_convertible_v<U*, T*> Ref& operator=(const Ref<U>& other) noexcept {
    Ref(other).swap(*this);
    return *this;
  }
  template <class U>
  requires std::is_convertible_v<U*, T*> Ref& operator=(Ref<U>&& other) noexcept {
    Ref(std::move(other)).swap(*this);
    return *this;
  }
  Ref& operator=(std::nullptr_t) noexcept {
    reset();
    return *this;
  }

  // A new reference to an object that is already managed, as enable_shared_from_this would give.
  [[nodiscard]] static Ref to(Object& object) noexcept {
    if constexpr (runtime::kChecks) {
      const runtime::Header* const header = runtime::header_of(std::addressof(object));
      runtime::check_whole(header, std::addressof(object));
      runtime::check_managed(header, runtime::kNameStorage<Object>.text);
    }
    return share(std::addressof(object));
  }

  // Empties the Ref first, and drops the object then.
  void reset() noexcept { Ref().swap(*this); }

  // Counts nothing.
  void swap(Ref& other) noexcept {
    if constexpr (runtime::kChecks) {
      note_gone();
      other.note_gone();
    }
    std::swap(pointer_, other.pointer_);
    if constexpr (runtime::kChecks) {
      note_here();
      other.note_here();
    }
  }

  // The object; get() gives null for an empty Ref, the others may be asked of none.
  [[nodiscard]] T* get() const noexcept { return pointer_; }
  [[nodiscard]] Object& operator*() const noexcept requires(!std::is_void_v<T>) {
    check_use();
    return *pointer_;
  }
  [[nodiscard]] T* operator->() const noexcept requires(!std::is_void_v<T>) {
    check_use();
    return pointer_;
  }
  // Whether there is an object.
  [[nodiscard]] explicit operator bool() const noexcept { return pointer_ != nullptr; }

  // References to the object, this one included; 0 for an empty Ref; some huge number for an
  // immortal object.
  [[nodiscard]] std::size_t use_count() const noexcept {
    return pointer_ == nullptr ? 0 : object::Counting::count(header()->references);
  }

  // The object's type; null for an empty Ref.
  [[nodiscard]] const runtime::Type* type() const noexcept {
    return pointer_ == nullptr ? nullptr : header()->binding->type;
  }

  // For the runtime's own use: the header, a reference to an object that is known to be managed,
  // and one taken over without counting.
  [[nodiscard]] runtime::Header* header() const noexcept { return runtime::header_of(pointer_); }
  [[nodiscard]] static Ref share(T* object) noexcept {
    Ref ref;
    ref.pointer_ = object;
    ref.retain();
    return ref;
  }
  [[nodiscard]] static Ref adopt(T* object) noexcept {
    Ref ref;
    ref.pointer_ = object;
    ref.note_here();
    return ref;
  }

  // Refs are equal that hold the same object, whichever base they see it through; their order and
  // their hash agree with that.
  template <class U>
  requires runtime::ComparablePointers<T, U>
  friend bool operator==(const Ref& a, const Ref<U>& b) noexcept {
    return runtime::start_of(a.get()) == runtime::start_of(b.get());
  }
  friend bool operator==(const Ref& a, std::nullptr_t) noexcept { return a.pointer_ == nullptr; }
  template <class U>
  requires runtime::ComparablePointers<T, U>
  friend std::strong_ordering operator<=>(const Ref& a, const Ref<U>& b) noexcept {
    return std::compare_three_way{}(runtime::start_of(a.get()), runtime::start_of(b.get()));
  }

 private:
  template <class U>
  friend class Ref;
  template <class U>
  friend class Weak;
  friend class Visitor;

  template <class U>
  static T* to_base(U* object) noexcept {
    T* const base = object;
    if constexpr (!std::is_void_v<T> && !std::is_polymorphic_v<T> && !std::is_void_v<U>) {
      if (static_cast<const void*>(base) != static_cast<const void*>(object)) [[unlikely]] {
        runtime::fail("a base class without virtual functions must come first in the object",
                      runtime::header_of(object));
      }
    }
    if constexpr (std::is_void_v<T> && !std::is_void_v<U>) {
      if (object != nullptr) return runtime::header_of(object)->payload();
    }
    return base;
  }

  void check_use() const noexcept {
    if constexpr (runtime::kChecksUse<T>) {
      if (pointer_ == nullptr) [[unlikely]]
        runtime::fail_type("an empty Ref is used", runtime::kNameStorage<T>.text);
    }
    if constexpr (runtime::kChecks && runtime::kBelongsToThread<T>) runtime::check_thread(header());
  }
  void note_here() noexcept {
    if constexpr (runtime::kChecks) {
      if (pointer_ != nullptr) runtime::note_ref(&pointer_, header());
    }
  }
  void note_gone() noexcept {
    if constexpr (runtime::kChecks) {
      if (pointer_ != nullptr) runtime::forget_ref(&pointer_, header());
    }
  }

  void retain() noexcept {
    if (pointer_ == nullptr) return;
    runtime::retain(header());
    note_here();
  }
  constexpr void release() noexcept {
    if (pointer_ == nullptr) return;
    note_gone();
    runtime::release(header());
  }
  template <class U>
  void take_over(Ref<U>& other) noexcept {
    if constexpr (runtime::kChecks) {
      other.note_gone();
      note_here();
    }
    other.pointer_ = nullptr;
  }

  T* pointer_ = nullptr;
};

// A reference to an object whose address the caller has, for instance to *this.
template <class T>
[[nodiscard]] Ref<T> ref_to(T& object) noexcept {
  return Ref<T>::to(object);
}

// As static_cast and dynamic_cast of the pointer; the latter gives an empty Ref if the object is no
// U. To a base they are the conversion, with its check.
template <class U, class T>
[[nodiscard]] Ref<U> static_ref_cast(const Ref<T>& ref) noexcept {
  if constexpr (std::is_convertible_v<T*, U*>) {
    return ref;
  } else {
    return ref ? Ref<U>::to(*static_cast<U*>(ref.get())) : Ref<U>();
  }
}
template <class U, class T>
[[nodiscard]] Ref<U> dynamic_ref_cast(const Ref<T>& ref) noexcept {
  if constexpr (std::is_convertible_v<T*, U*>) {
    return ref;
  } else {
    U* const object = dynamic_cast<U*>(ref.get());
    return object != nullptr ? Ref<U>::to(*object) : Ref<U>();
  }
}

template <class T>
void swap(Ref<T>& a, Ref<T>& b) noexcept {
  a.swap(b);
}

// Orders Refs of any types, related or not, by the object that they hold, whichever base they see
// it through; for associative containers, as std::owner_less.
struct OwnerLess {
  using is_transparent = void;
  template <class T, class U>
  [[nodiscard]] bool operator()(const Ref<T>& a, const Ref<U>& b) const noexcept {
    return std::less<>{}(runtime::start_of(a.get()), runtime::start_of(b.get()));
  }
};

// Writes the address that get() returns.
template <class Char, class Traits, class T>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out,
                                             const Ref<T>& ref) {
  return out << static_cast<const void*>(ref.get());
}

}  // namespace exuvia

template <class T>
struct std::hash<exuvia::Ref<T>> {
  // It throws nothing, but must not say so: libstdc++ then keeps the hash of each key with it.
  // Where a destructor of cyclic garbage takes its container apart, the keys have been emptied, so
  // that their hash cannot be computed again.
  [[nodiscard]] std::size_t operator()(const exuvia::Ref<T>& ref) const {
    return std::hash<const void*>{}(exuvia::runtime::start_of(ref.get()));
  }
};
