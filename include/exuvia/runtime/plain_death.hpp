// How objects end whose end is that of their Refs and no more: a structure of them at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "exuvia/base/prefetch.hpp"
#include "exuvia/runtime/core.hpp"
#include "exuvia/runtime/ref.hpp"
#include "exuvia/runtime/visitor.hpp"

namespace exuvia::runtime {

inline void push_held_backwards(void**&) noexcept {}
// A branch for each empty Ref, as where the next object lies would else hang on all that was loaded
// before it.
template <class First, class... Rest>
void push_held_backwards(void**& waiting, const First& first, const Rest&... rest) noexcept {
  push_held_backwards(waiting, rest...);
  if constexpr (is_ref<First>) {
    if (first.get() == nullptr) return;
    base::prefetch_to_write(header_of_payload(first.get()));
    *--waiting = const_cast<void*>(static_cast<const void*>(first.get()));
  }
}
inline void* push_held_but_first(void**&) noexcept { return nullptr; }
// What the first Ref holds is returned.
template <class First, class... Rest>
void* push_held_but_first(void**& waiting, const First& first, const Rest&... rest) noexcept {
  if constexpr (is_ref<First>) {
    push_held_backwards(waiting, rest...);
    return const_cast<void*>(static_cast<const void*>(first.get()));
  } else {
    return push_held_but_first(waiting, rest...);
  }
}

// EndByRefs::push_held of a T.
template <class T>
void** push_held(const void* object, void** waiting) noexcept {
  with_members(*static_cast<const T*>(object),
               [&waiting](const auto&... member) { push_held_backwards(waiting, member...); });
  return waiting;
}

// The first member goes first, with all that it alone keeps alive: most structures were built in
// that order, and memory is read as it lies. Storage goes back many at a time.
//
//   places   | dead ->   room   <- waiting | null |
//
// The waiting are objects that dead ones held, the next first; their counts do not know it yet.
template <class T>
void HeapCore::destroy_plain(HeapCore& core, Header* header) noexcept {
  constexpr std::ptrdiff_t kPlaces = 256;
  constexpr std::ptrdiff_t kMostOfOne = 64;
  constexpr std::ptrdiff_t kAhead = 512 / sizeof(Header);  // further than a processor foresees
  void* places[kPlaces + 1];
  places[kPlaces] = nullptr;
  void** waiting = places + kPlaces;
  void** dead = places;
  void** uncounted = places + 1;  // deaths; all are counted when code of the program may run
  const Binding* const binding = header->binding;
  heap::Magazine* magazine = binding->magazine;  // where all the dead go; null if elsewhere, too
  void* held = header->payload();
  const auto bury = [&] {
    *dead++ = header;
    held = with_members(*static_cast<const T*>(held), [&](const auto&... member) {
      return push_held_but_first(waiting, member...);
    });
  };
  const auto count = [&] {
    core.count_deaths(static_cast<std::uint32_t>(dead - uncounted));
    uncounted = dead;
  };
  const auto free_dead = [&] {
    count();
    core.storage_.deallocate_all(places, static_cast<std::size_t>(dead - places),
                                 std::exchange(magazine, binding->magazine));
    uncounted = dead = places;
  };
  --core.object_count_;
  bury();
  while (held != nullptr || (held = *waiting++) != nullptr) {
    if (waiting - dead < kMostOfOne) [[unlikely]] {
      free_dead();
      if (waiting - dead < kMostOfOne) {
        release_slowly(header_of_payload(std::exchange(held, nullptr)));
        continue;
      }
    }
    header = header_of_payload(held);
    if (header->binding == binding && core.try_retire_at_once(header)) [[likely]] {
      base::prefetch_to_write(header + kAhead);
      bury();
      continue;
    }
    held = nullptr;
    if (object::Counting::try_release(header->references)) continue;
    count();
    if (!core.drop(header)) continue;
    *dead++ = header;
    uncounted = dead;
    magazine = nullptr;
    waiting = header->binding->end_by_refs.push_held(header->payload(), waiting);
  }
  free_dead();
}

}  // namespace exuvia::runtime
