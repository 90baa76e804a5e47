// Ref and shared_ptr, each holding the other.
#pragma once

#include <memory>
#include <utility>

#include "exuvia/runtime/make.hpp"

namespace exuvia {

// A shared_ptr that keeps the Ref's object alive. To the collector it is a reference from outside
// the heap: a cycle through it is never found. The last shared_ptr must go on the thread that owns
// the heap.
template <class T>
[[nodiscard]] std::shared_ptr<T> to_shared(Ref<T> ref) {
  T* const object = ref.get();
  if (object == nullptr) return nullptr;
  auto holder = std::make_shared<Ref<T>>(std::move(ref));
  return std::shared_ptr<T>(std::move(holder), object);
}

// A managed object that owns a share of a shared_ptr's object. It holds no reference that the
// collector sees.
template <class T>
struct Shared {
  std::shared_ptr<T> pointer;

  [[nodiscard]] T& operator*() const noexcept { return *pointer; }
  [[nodiscard]] T* operator->() const noexcept { return pointer.get(); }
};

// A Ref to a new object that holds `pointer`.
template <class T>
[[nodiscard]] Ref<Shared<T>> from_shared(std::shared_ptr<T> pointer) {
  return make<Shared<T>>(std::move(pointer));
}

}  // namespace exuvia
