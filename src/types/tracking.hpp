// Containers that the collector gets to know when they first hold something of interest.
#pragma once

#include "types/allocate.hpp"

namespace exuvia::types {

// A container without items, untracked as yet. As its birth does not count, a collection that is
// due begins here. Empty when memory is exhausted.
template <class T, class... Args>
[[nodiscard, gnu::always_inline]] inline Ref<T> try_empty_container(Args... args) noexcept {
  runtime::HeapCore::current().collect_if_due();
  return try_atom<T>(args...);
}

// Whether a container that holds the object must be tracked. What an immortal object holds never
// goes, so that no cycle through it is garbage.
[[nodiscard]] inline bool calls_for_tracking(const Object& item) noexcept {
  if (object::Counting::is_immortal(runtime::header_of_payload(&item)->references)) [[likely]]
    return false;
  return may_hold_references(item);
}

// Tracks `container` unless it is tracked or immortal. False when memory is exhausted.
[[nodiscard]] inline bool try_track_container(Object& container) noexcept {
  runtime::Header* const header = runtime::header_of_payload(&container);
  if (header->place() != object::Place::kUntracked) return true;
  if (object::Counting::is_immortal(header->references)) return true;
  return header->binding->core->try_start_tracking(header);
}

// Whether `container` is to be tracked, and is not yet, before it comes to hold `item`.
[[nodiscard]] inline bool must_track_for(const Object& container, const Object& item) noexcept {
  const runtime::Header* const header = runtime::header_of_payload(&container);
  if (header->place() == object::Place::kUntracked) [[likely]]
    return calls_for_tracking(item);
  return false;
}

// Tracks `container` in that case. False when memory is exhausted.
[[nodiscard]] inline bool try_track_for(Object& container, const Object& item) noexcept {
  return !must_track_for(container, item) || try_track_container(container);
}

// Tracks `container` if `other` is, before it comes to hold what that holds. False when memory is
// exhausted.
[[nodiscard]] inline bool try_track_as(Object& container, const Object& other) noexcept {
  const runtime::Header* const header = runtime::header_of_payload(&other);
  return header->place() == object::Place::kUntracked || try_track_container(container);
}

}  // namespace exuvia::types
