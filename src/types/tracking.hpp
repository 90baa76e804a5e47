// Containers that the collector gets to know when they first hold something of interest.
#pragma once

#include "types/allocate.hpp"

namespace exuvia::types {

// Tracks `container`, if it is not yet, before it comes to hold `item`. False when memory is
// exhausted.
[[nodiscard]] inline bool try_track_for(Object& container, const Object& item) noexcept {
  runtime::Header* const header = runtime::header_of_payload(&container);
  if (header->place() != object::Place::kUntracked || !may_hold_references(item)) return true;
  if (object::Counting::is_immortal(header->references)) return true;
  return header->binding->core->try_start_tracking(header);
}

}  // namespace exuvia::types
