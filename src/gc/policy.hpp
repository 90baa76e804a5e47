// When to collect which generation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "gc/statistics.hpp"

namespace exuvia::gc {

// CPython's generational policy (Modules/gcmodule.c up to 3.12 and again from 3.14.5; Python/gc.c
// in 3.13).
//
// A generation is due when its count exceeds its threshold: for the youngest the count is
// allocations less deallocations of tracked objects, for the others collections of the generation
// below since its own last one. The oldest due generation is collected, with all below it. A full
// collection waits, though due, until the objects that survived the middle generation since the
// last full one exceed a quarter of those that survived that one: so the cost of full collections
// stays linear in the number of objects ever made.
class GenerationalPolicy {
 public:
  using Thresholds = std::array<std::uint32_t, kGenerations>;
  static constexpr Thresholds kThresholds311{700, 10, 10};   // 3.11, 3.12
  static constexpr Thresholds kThresholds313{2000, 10, 10};  // 3.13, and 3.14.5 and later
  static constexpr int kNone = -1;

  explicit constexpr GenerationalPolicy(Thresholds thresholds = kThresholds311) noexcept
      : thresholds_(thresholds) {}

  // A tracked object was made; a tracked object died outside of a collection.
  constexpr void allocated() noexcept { ++counts_[0]; }
  constexpr void deallocated() noexcept {
    if (counts_[0] != 0) --counts_[0];
  }

  // Whether the youngest generation is due; asked after each allocation. A threshold of 0 means
  // never.
  constexpr bool is_due() const noexcept {
    return thresholds_[0] != 0 && counts_[0] > thresholds_[0];
  }

  // The generation to collect now, or kNone.
  constexpr int due_generation() const noexcept {
    if (thresholds_[0] == 0) return kNone;
    for (int generation = kGenerations - 1; generation >= 0; --generation) {
      const auto g = static_cast<std::size_t>(generation);
      if (counts_[g] <= thresholds_[g]) continue;
      if (generation == 2 && waiting_ < oldest_ / 4) continue;
      return generation;
    }
    return kNone;
  }

  // A collection of `generation` begins: its count and those below restart, and the next one's
  // rises.
  constexpr void begin(int generation) noexcept {
    for (int g = 0; g <= generation; ++g) counts_[static_cast<std::size_t>(g)] = 0;
    if (generation < 2) ++counts_[static_cast<std::size_t>(generation) + 1];
  }

  // A collection of `generation` ended; `survivors` objects moved on to the next (for the oldest:
  // stayed).
  constexpr void end(int generation, std::size_t survivors) noexcept {
    if (generation == 1) waiting_ += survivors;
    if (generation == 2) {
      waiting_ = 0;
      oldest_ = survivors;
    }
  }

  constexpr const Thresholds& thresholds() const noexcept { return thresholds_; }
  constexpr void set_thresholds(Thresholds thresholds) noexcept { thresholds_ = thresholds; }
  constexpr const Thresholds& counts() const noexcept { return counts_; }
  // Objects that survived the middle generation since the last full collection, and that survived
  // the last full one.
  constexpr std::size_t waiting() const noexcept { return waiting_; }
  constexpr std::size_t oldest() const noexcept { return oldest_; }

 private:
  Thresholds thresholds_;
  Thresholds counts_{};
  std::size_t waiting_ = 0;
  std::size_t oldest_ = 0;
};

}  // namespace exuvia::gc
