// ObjectPool: objects that are dear to make, lent and taken back.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <utility>
#include <vector>

#include "exuvia/runtime/heap.hpp"
#include "exuvia/runtime/ref.hpp"

namespace exuvia {

// borrow() lends an idle object, or makes one; the Lease brings it back when it goes (a context
// manager's twin). At most `most_idle` objects wait; more are dropped. The pool must outlive its
// leases, and is used on one thread.
template <class T>
class ObjectPool {
 public:
  // `reset` prepares an object that comes back for its next borrower. One that it throws for is
  // dropped, and what it throws goes to the heap's unraisable hook.
  ObjectPool(std::size_t most_idle, std::function<Ref<T>()> make_object,
             std::function<void(T&)> reset = nullptr)
      : most_idle_(most_idle), make_(std::move(make_object)), reset_(std::move(reset)) {
    idle_.reserve(most_idle);
  }
  ObjectPool(const ObjectPool&) = delete;
  ObjectPool& operator=(const ObjectPool&) = delete;

  // The use of an object until the Lease goes. For local variables: what a Lease holds is hidden
  // from the collector.
  class [[nodiscard]] Lease {
   public:
    Lease(Lease&& other) noexcept : pool_(other.pool_), object_(std::move(other.object_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (object_) pool_.take_back(std::move(object_));
    }
    [[nodiscard]] T& operator*() const noexcept { return *object_; }
    [[nodiscard]] T* operator->() const noexcept { return object_.get(); }

   private:
    friend class ObjectPool;
    Lease(ObjectPool& pool, Ref<T> object) noexcept : pool_(pool), object_(std::move(object)) {}
    ObjectPool& pool_;
    Ref<T> object_;
  };

  // Throws what `make_object` throws.
  [[nodiscard]] Lease borrow() {
    if (idle_.empty()) return Lease(*this, make_());
    Ref<T> object = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(object));
  }

  // Objects that wait.
  [[nodiscard]] std::size_t idle_count() const noexcept { return idle_.size(); }

  // The objects that wait.
  void trace(Visitor& v) const { v(idle_); }

 private:
  // reset() may borrow and bring back itself, so that the room is asked for after it, too. There is
  // memory for `most_idle_` since the beginning.
  void take_back(Ref<T> object) noexcept {
    if (idle_.size() == most_idle_ || !try_reset(*object)) return;
    if (idle_.size() < most_idle_) idle_.push_back(std::move(object));
  }

  [[nodiscard]] bool try_reset(T& object) noexcept {
    try {
      if (reset_ != nullptr) reset_(object);
      return true;
    } catch (...) {
      collector().report_unraisable("the reset of an ObjectPool", std::current_exception());
      return false;
    }
  }

  std::size_t most_idle_;
  std::function<Ref<T>()> make_;
  std::function<void(T&)> reset_;
  std::vector<Ref<T>> idle_;
};

}  // namespace exuvia
