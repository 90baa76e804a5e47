// How an object counts the references to it: a policy, so that algorithms and user classes never
// name it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace exuvia::object {

// What the runtime asks of a counting policy. A Cell is the part of an object's header that the
// policy owns.
//   retain(cell)         one reference more
//   try_release(cell)    one reference fewer where others stay and the object is suspect already;
//                        else false, with nothing changed
//   release(cell)        one reference fewer; true when it was the last, and then the cell is as it
//                        was: what becomes of it is up to who ends the object
//   count(cell)          references now; at least 2^30 for an immortal object
//   is_one(cell)         whether there is just one reference
//   is_immortal(cell)    retain and release leave the cell unwritten
//   is_suspect(cell)     some reference went while others stayed: only then can a cycle have become
//                        garbage without another sign of it (Bacon and Rajan's purple); true for an
//                        immortal object
//   reset(cell, n)       n references, unsuspected
//   others(cell)         0 where is_one(cell), and only there
//   kOne                 the cell of an unsuspected object with one reference
//   kImmortal            the cell of an immortal object
template <class P>
concept CountingPolicy = requires(typename P::Cell& cell, const typename P::Cell& view) {
  { P::retain(cell) }
  noexcept;
  { P::try_release(cell) }
  noexcept->std::same_as<bool>;
  { P::release(cell) }
  noexcept->std::same_as<bool>;
  { P::count(view) }
  noexcept->std::same_as<std::size_t>;
  { P::is_one(view) }
  noexcept->std::same_as<bool>;
  { P::is_immortal(view) }
  noexcept->std::same_as<bool>;
  { P::is_suspect(view) }
  noexcept->std::same_as<bool>;
  { P::make_immortal(cell) }
  noexcept;
  { P::reset(cell, std::uint32_t{}) }
  noexcept;
  { P::others(view) }
  noexcept->std::convertible_to<std::uint32_t>;
  { P::kOne } -> std::convertible_to<typename P::Cell>;
  { P::kImmortal } -> std::convertible_to<typename P::Cell>;
};

// One owning thread counts with plain loads and stores.
//
//   | 31      | 30       | 29 ........ 0 |
//   | suspect | immortal | references    |
//
// An immortal cell (PEP 683) is read, never written, so its page stays shared after a fork. A count
// that overflows into the immortal bit thereby becomes immortal instead of wrong. The cells from
// which try_release() takes a reference follow each other, so that one comparison tells them.
struct OwnerCounting {
  using Cell = std::uint32_t;
  static constexpr Cell kSuspect = 1U << 31;
  static constexpr Cell kImmortalBit = 1U << 30;
  static constexpr Cell kCountMask = ~kSuspect;
  static constexpr Cell kOne = 1;
  static constexpr Cell kImmortal = kSuspect | kImmortalBit;

  static void retain(Cell& cell) noexcept {
    if (!is_immortal(cell)) [[likely]]
      ++cell;
  }
  [[nodiscard]] static bool try_release(Cell& cell) noexcept {
    constexpr Cell kLeast = kSuspect + 2;
    if (cell - kLeast >= kImmortal - kLeast) return false;
    --cell;
    return true;
  }
  [[nodiscard]] static bool release(Cell& cell) noexcept {
    if (is_one(cell)) return true;
    if (!is_immortal(cell)) [[likely]]
      cell = (cell - 1) | kSuspect;
    return false;
  }
  [[nodiscard]] static std::size_t count(const Cell& cell) noexcept { return cell & kCountMask; }
  [[nodiscard]] static bool is_one(const Cell& cell) noexcept { return others(cell) == 0; }
  [[nodiscard]] static Cell others(const Cell& cell) noexcept { return (cell & kCountMask) ^ kOne; }
  [[nodiscard]] static bool is_immortal(const Cell& cell) noexcept {
    return (cell & kImmortalBit) != 0;
  }
  [[nodiscard]] static bool is_suspect(const Cell& cell) noexcept { return (cell & kSuspect) != 0; }
  static void make_immortal(Cell& cell) noexcept { cell = kImmortal; }
  static void reset(Cell& cell, std::uint32_t count) noexcept { cell = count; }
};
static_assert(CountingPolicy<OwnerCounting>);

}  // namespace exuvia::object
