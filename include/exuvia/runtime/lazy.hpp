// Lazy: a value that is computed when it is first asked for.
#pragma once

#include <functional>
#include <stdexcept>
#include <utility>

#include "exuvia/runtime/ref.hpp"

namespace exuvia {

// `compute` runs once, and is dropped with all it holds when it has succeeded; one that throws is
// asked again next time. One that asks for its own value gets a std::logic_error. Used on one
// thread. What `compute` captures is hidden from the collector.
template <class T>
class Lazy {
 public:
  // Without a function the value is empty.
  explicit Lazy(std::function<Ref<T>()> compute)
      : compute_(std::move(compute)), is_computed_(compute_ == nullptr) {}

  // The value, computed at the first call; throws what `compute` throws.
  [[nodiscard]] const Ref<T>& get() {
    if (!is_computed_) compute();
    return value_;
  }
  // Whether get() has the value already.
  [[nodiscard]] bool is_computed() const noexcept { return is_computed_; }

  // Of a member of a managed object.
  void trace(Visitor& v) const { v(value_); }

 private:
  // What `compute` holds goes last, when the value is there: its destructor may ask for it.
  void compute() {
    std::function<Ref<T>()> compute = std::exchange(compute_, nullptr);
    if (compute == nullptr) throw std::logic_error("the computation of a Lazy asks for its value");
    try {
      value_ = compute();
    } catch (...) {
      compute_ = std::move(compute);
      throw;
    }
    is_computed_ = true;
  }

  std::function<Ref<T>()> compute_;  // empty while it runs, and once it has succeeded
  bool is_computed_;
  Ref<T> value_;
};

}  // namespace exuvia
