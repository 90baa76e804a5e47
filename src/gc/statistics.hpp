// What collections did, by generation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace exuvia::gc {

inline constexpr std::size_t kGenerations = 3;

// Of one generation, as gc.get_stats() names them (candidates and duration as in CPython 3.15).
struct GenerationStatistics {
  std::uint64_t collections;
  std::uint64_t collected;      // objects found unreachable and disposed of
  std::uint64_t uncollectable;  // objects found unreachable that could not be disposed of
  std::uint64_t candidates;     // objects considered by the search for cycles
  std::uint64_t duration_ns;

  constexpr void add(const GenerationStatistics& other) noexcept {
    collections += other.collections;
    collected += other.collected;
    uncollectable += other.uncollectable;
    candidates += other.candidates;
    duration_ns += other.duration_ns;
  }
};

// Plain data of fixed size: zeroed memory is empty statistics, and it may be copied, mapped and
// shared between processes.
struct Statistics {
  std::array<GenerationStatistics, kGenerations> generations;
};

static_assert(std::is_trivial_v<Statistics> && std::is_standard_layout_v<Statistics>);

}  // namespace exuvia::gc
