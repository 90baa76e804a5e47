// What the passes of one collection hand on to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "exuvia/runtime/collector.hpp"

namespace exuvia {

// What a collection works on.
struct Collector::Workspace {
  // Unreachable, tracked nowhere, each held by one reference of ours.
  std::vector<Header*> trash;
  std::size_t births = 0;       // less deaths, since the last one
  bool has_candidates = false;  // of the incremental policy
  static constexpr std::uint32_t kEverything = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t kept_from = kEverything;  // in the log: candidates from here on stay there
  std::size_t examined = 0;
  std::size_t collected = 0;
  bool has_user_code = false;  // a weak reference to the trash, or a finalizer that has not run
  bool user_code_ran = false;
};

}  // namespace exuvia
