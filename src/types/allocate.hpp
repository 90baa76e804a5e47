// Building objects of the types on a heap.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

[[nodiscard]] inline runtime::HeapCore& heap_of(const Object& object) noexcept {
  return *runtime::header_of_payload(&object)->binding->core;
}

// What is made while it lives lies on the heap of `object`, so that the two may exchange storage.
class [[nodiscard]] OnHeapOf {
 public:
  explicit OnHeapOf(const Object& object) noexcept
      : outer_(runtime::HeapCore::exchange_current(&heap_of(object))) {}
  ~OnHeapOf() { runtime::HeapCore::exchange_current(outer_); }
  OnHeapOf(const OnHeapOf&) = delete;
  OnHeapOf& operator=(const OnHeapOf&) = delete;

 private:
  runtime::HeapCore* outer_;
};

// Whether the collector has to know the value: it may hold references, now or later.
[[nodiscard]] inline bool may_hold_references(const Object& object) noexcept {
  const runtime::Header* const header = runtime::header_of_payload(&object);
  if (header->binding->type->trace == nullptr) return false;
  return !(type_of(object).does.is_atomic_when_untracked &&
           header->place() == object::Place::kUntracked);
}

// Without arguments its members have their defaults.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> construct_in(runtime::Header* header,
                                                             Args&&... args) noexcept {
  if constexpr (sizeof...(Args) == 0) {
    return Ref<T>::adopt(::new (header->payload()) T());
  } else {
    return Ref<T>::adopt(::new (header->payload()) T{{}, std::forward<Args>(args)...});
  }
}

// An object of `bytes` on `core`, not yet tracked; empty when memory is exhausted.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> try_build_on(runtime::HeapCore& core,
                                                             const Type& type, std::size_t bytes,
                                                             Args&&... args) noexcept {
  runtime::Header* const header = core.try_allocate(type, bytes);
  if (header == nullptr) [[unlikely]]
    return nullptr;
  return construct_in<T>(header, std::forward<Args>(args)...);
}

// The same on the current heap.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> try_build(const Type& type, std::size_t bytes,
                                                          Args&&... args) noexcept {
  return try_build_on<T>(runtime::HeapCore::current(), type, bytes, std::forward<Args>(args)...);
}

// Makes a complete object known to the collector, or immortal under an ImmortalScope. The object is
// returned, or an empty Ref when memory is exhausted.
template <class T>
[[nodiscard, gnu::always_inline]] inline Ref<T> publish_on(runtime::HeapCore& core, Ref<T> object,
                                                           bool tracked) noexcept {
  if (!core.try_publish(object.header(), tracked)) [[unlikely]]
    return nullptr;
  return object;
}
template <class T>
[[nodiscard, gnu::always_inline]] inline Ref<T> publish(Ref<T> object, bool tracked) noexcept {
  runtime::HeapCore& core = *object.header()->binding->core;
  return publish_on(core, std::move(object), tracked);
}

// An object without references, of `bytes`, where there is more to do than a look at a magazine.
// Its header was written just now, and is better not read so soon.
template <class T, class... Args>
[[nodiscard, gnu::noinline, gnu::cold]] Ref<T> try_atom_slowly(std::size_t bytes,
                                                               Args... args) noexcept {
  runtime::HeapCore& core = runtime::HeapCore::current();
  Ref<T> object = try_build_on<T>(core, T::type, bytes, args...);
  if (!object) [[unlikely]]
    return object;
  return publish_on(core, std::move(object), false);
}
// An object without references, of `bytes`.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> try_atom_of(std::size_t bytes,
                                                            Args... args) noexcept {
  runtime::Header* const header = runtime::HeapCore::try_allocate_at_once(T::type, bytes);
  if (header == nullptr) [[unlikely]]
    return try_atom_slowly<T>(bytes, args...);
  return construct_in<T>(header, args...);
}
// The same without a tail.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> try_atom(Args... args) noexcept {
  return try_atom_of<T>(sizeof(T), args...);
}

}  // namespace exuvia::types
