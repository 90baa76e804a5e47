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
//   release(cell)        one reference fewer; true when it was the last
//   count(cell)          references now; any large number for an immortal object
//   is_immortal(cell)    retain and release leave the cell unwritten
template <class P>
concept CountingPolicy = requires(typename P::Cell& cell, const typename P::Cell& view) {
  { P::retain(cell) }
  noexcept;
  { P::release(cell) }
  noexcept->std::same_as<bool>;
  { P::count(view) }
  noexcept->std::same_as<std::size_t>;
  { P::is_immortal(view) }
  noexcept->std::same_as<bool>;
  { P::make_immortal(cell) }
  noexcept;
  { P::reset(cell, std::uint32_t{}) }
  noexcept;
};

// One owning thread counts with plain loads and stores.
//
// A cell whose top bit is set is immortal (PEP 683): it is read, never written, so its page stays
// shared after a fork. A count that overflows into that bit thereby becomes immortal instead of
// wrong.
struct OwnerCounting {
  using Cell = std::uint32_t;
  static constexpr Cell kImmortal = 0xC000'0000U;

  static void retain(Cell& cell) noexcept {
    if (!is_immortal(cell)) [[likely]]
      ++cell;
  }
  [[nodiscard]] static bool release(Cell& cell) noexcept {
    return !is_immortal(cell) && --cell == 0;
  }
  [[nodiscard]] static std::size_t count(const Cell& cell) noexcept { return cell; }
  [[nodiscard]] static bool is_immortal(const Cell& cell) noexcept {
    return static_cast<std::int32_t>(cell) < 0;
  }
  static void make_immortal(Cell& cell) noexcept { cell = kImmortal; }
  static void reset(Cell& cell, std::uint32_t count) noexcept { cell = count; }
};
static_assert(CountingPolicy<OwnerCounting>);

}  // namespace exuvia::object
