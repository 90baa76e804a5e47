// Weak: a reference that does not keep its object alive.
#pragma once

#include <compare>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "exuvia/runtime/ref.hpp"

namespace exuvia {

namespace runtime {

// Shared by the Weaks that were copied from one another; found from its object through the heap's
// WeakTable.
struct WeakCell {
  Header* target;          // null once the object has died
  WeakCell* next;          // another cell of the same object
  HeapCore* core;          // null for the one cell of all objects of static storage: never written
  std::uint32_t uses;      // Weaks that share the cell
  std::uint32_t in_trash;  // of these, the running collection's own and those in its garbage
  std::unique_ptr<std::function<void()>> callback;  // null: none
  WeakCell* previous = nullptr;                     // of the same object, while it lives
};

// A cell of `target`: the one without a callback that it has already, or a new one. Null when
// memory is exhausted.
[[nodiscard]] WeakCell* try_weak_cell(Header* target) noexcept;
[[nodiscard]] WeakCell* try_weak_cell(Header* target, std::function<void()>&& callback) noexcept;
// How many Weaks know the object.
[[nodiscard]] std::size_t weak_count(const Header* target) noexcept;
// The last Weak of a cell has gone; its callback will not run.
void drop_weak_cell(WeakCell* cell) noexcept;
// Throws std::bad_alloc for null.
WeakCell* require_cell(WeakCell* cell);

}  // namespace runtime

// Knows an object and whether it still lives. lock() gives a Ref, or an empty one once the object
// is being destroyed.
//
// An object of static storage, as the smallest integers of exuvia/types are, never expires.
//
// The callbacks of one object run in the order of CPython: the newest first. A callback runs once,
// when the object dies while the Weak (or a copy) lives: after the object's finalize(), before its
// destructor; for garbage cycles before any finalize(). It must not throw; what it throws goes to
// the heap's unraisable hook.
template <class T>
class Weak {
 public:
  using element_type = T;

  constexpr Weak() noexcept = default;
  // Knows the Ref's object; may throw std::bad_alloc. Copies and conversions share the cell, and
  // throw nothing.
  Weak(const Ref<T>& ref)  // NOLINT(google-explicit-constructor)
      : pointer_(ref.get()),
        cell_(ref ? runtime::require_cell(runtime::try_weak_cell(ref.header())) : nullptr) {}
  template <class U>
  requires std::is_convertible_v<U*, T*> Weak(
      const Ref<U>& ref)  // NOLINT(google-explicit-constructor)
      : pointer_(Ref<T>::to_base(ref.get())),
        cell_(ref ? runtime::require_cell(runtime::try_weak_cell(ref.header())) : nullptr) {}
  // Calls `callback` when the object dies.
  Weak(const Ref<T>& ref, std::function<void()> callback)
      : pointer_(ref.get()),
        cell_(ref ? runtime::require_cell(runtime::try_weak_cell(ref.header(), std::move(callback)))
                  : nullptr) {}

  Weak(const Weak& other) noexcept : pointer_(other.pointer_), cell_(other.cell_) { share(); }
  Weak(Weak&& other) noexcept
      : pointer_(std::exchange(other.pointer_, nullptr)),
        cell_(std::exchange(other.cell_, nullptr)) {
    check_thread();
  }
  template <class U>
  requires std::is_convertible_v<U*, T*> Weak(const Weak<U>& other)
  noexcept  // NOLINT(google-explicit-constructor)
      : pointer_(Ref<T>::to_base(other.lock().get())), cell_(other.cell_) {
    share();
  }
  ~Weak() { drop(); }
  Weak& operator=(Weak other) noexcept {
    swap(other);
    return *this;
  }

  // Forgets the object, and the callback if no copy has it.
  void reset() noexcept { Weak().swap(*this); }
  void swap(Weak& other) noexcept {
    std::swap(pointer_, other.pointer_);
    std::swap(cell_, other.cell_);
  }

  // The object, kept alive by the Ref; empty if it has died or is being destroyed.
  [[nodiscard]] Ref<T> lock() const noexcept {
    return expired() ? Ref<T>() : Ref<T>::share(pointer_);
  }
  // Whether lock() would give nothing.
  [[nodiscard]] bool expired() const noexcept {
    check_thread();
    return cell_ == nullptr || cell_->target == nullptr;
  }

  // Weaks are equal that watch one object through one cell; they stay equal after its death.
  friend bool operator==(const Weak& a, const Weak& b) noexcept { return a.key() == b.key(); }
  // An order that the object's death does not change, for associative containers.
  friend std::strong_ordering operator<=>(const Weak& a, const Weak& b) noexcept {
    return std::compare_three_way{}(a.key(), b.key());
  }

 private:
  template <class U>
  friend class Weak;
  friend class Visitor;
  friend struct std::hash<Weak>;

  [[nodiscard]] bool is_counted() const noexcept {
    return cell_ != nullptr && cell_->core != nullptr;
  }
  // What makes it equal to others: the cell, or an object that has no cell of its own.
  [[nodiscard]] const void* key() const noexcept {
    return is_counted() ? static_cast<const void*>(cell_) : pointer_;
  }
  void check_thread() const noexcept {
    if constexpr (runtime::kChecks) {
      if (is_counted()) cell_->core->check_thread();
    }
  }
  void share() noexcept {
    if (!is_counted()) return;
    check_thread();
    ++cell_->uses;
  }
  void drop() noexcept {
    if (!is_counted()) return;
    check_thread();
    if (--cell_->uses == 0) runtime::drop_weak_cell(cell_);
  }

  T* pointer_ = nullptr;
  runtime::WeakCell* cell_ = nullptr;
};

template <class T>
Weak(const Ref<T>&) -> Weak<T>;
template <class T>
Weak(const Ref<T>&, std::function<void()>) -> Weak<T>;

}  // namespace exuvia

template <class T>
struct std::hash<exuvia::Weak<T>> {
  [[nodiscard]] std::size_t operator()(const exuvia::Weak<T>& weak) const noexcept {
    return std::hash<const void*>{}(weak.key());
  }
};
