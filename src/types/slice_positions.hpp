// What a slice's bounds mean for a sequence of some size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace exuvia::types {

// The positions that a slice names: `count` of them, from `start` on.
struct SlicePositions {
  std::int64_t start;
  std::int64_t step;
  std::size_t count;

  // As PySlice_AdjustIndices. The step is not 0.
  [[nodiscard]] static SlicePositions of(std::size_t size, std::optional<std::int64_t> start,
                                         std::optional<std::int64_t> stop,
                                         std::int64_t step) noexcept {
    const auto signed_size = static_cast<std::int64_t>(size);
    const bool is_forward = step > 0;
    const std::int64_t first = is_forward ? 0 : -1;
    const std::int64_t last = is_forward ? signed_size : signed_size - 1;
    const auto bound = [&](std::optional<std::int64_t> given, std::int64_t otherwise) {
      if (!given) return otherwise;
      return std::clamp(*given < 0 ? *given + signed_size : *given, first, last);
    };
    const std::int64_t from = bound(start, is_forward ? first : last);
    const std::int64_t to = bound(stop, is_forward ? last : first);
    std::size_t count = 0;
    if (is_forward && from < to)
      count = (static_cast<std::size_t>(to - from) - 1) / static_cast<std::size_t>(step) + 1;
    if (!is_forward && to < from)
      count = (static_cast<std::size_t>(from - to) - 1) / (0 - static_cast<std::size_t>(step)) + 1;
    return {from, step, count};
  }

  [[nodiscard]] std::size_t operator[](std::size_t i) const noexcept {
    return static_cast<std::size_t>(start + static_cast<std::int64_t>(i) * step);
  }
  // The same positions from the lowest to the highest.
  [[nodiscard]] SlicePositions ascending() const noexcept {
    if (count < 2) return {start, 1, count};
    if (step > 0) return *this;
    return {start + static_cast<std::int64_t>(count - 1) * step, -step, count};
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (std::size_t i = 0; i < count; ++i) visit((*this)[i]);
  }
};

// The part of a sequence between two bounds that a method was given: negative ones count from the
// end, those outside are moved to the nearer end.
struct Bounds {
  std::size_t begin;
  std::size_t end;  // may lie before `begin`

  [[nodiscard]] static Bounds of(std::size_t size, std::int64_t start, std::int64_t stop) noexcept {
    const auto signed_size = static_cast<std::int64_t>(size);
    const auto from_start = [signed_size](std::int64_t bound) {
      return static_cast<std::size_t>(
          std::max<std::int64_t>(bound < 0 ? bound + signed_size : bound, 0));
    };
    return {from_start(start), std::min(from_start(stop), size)};
  }
};

}  // namespace exuvia::types
