// Lazy: a value that is computed when it is first asked for.
#pragma once

#include <functional>
#include <utility>

#include "exuvia/runtime/ref.hpp"

namespace exuvia {

// `compute` runs once, and is dropped with all it holds when it has succeeded; one that throws is
// asked again next time. Used on one thread. What `compute` captures is hidden from the collector.
template <class T>
class Lazy {
 public:
  explicit Lazy(std::function<Ref<T>()> compute) : compute_(std::move(compute)) {}

  [[nodiscard]] const Ref<T>& get() {
    if (compute_ != nullptr) {
      value_ = compute_();
      compute_ = nullptr;
    }
    return value_;
  }
  [[nodiscard]] bool is_computed() const noexcept { return compute_ == nullptr; }

  void trace(Visitor& v) const { v(value_); }

 private:
  std::function<Ref<T>()> compute_;  // empty once it has succeeded
  Ref<T> value_;
};

}  // namespace exuvia
