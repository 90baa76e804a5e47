// The sixteen bytes before every object of the runtime.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "exuvia/object/counting.hpp"

namespace exuvia::object {

using Counting = OwnerCounting;

// Where the collector keeps an object.
enum class Place : std::uint32_t {
  kUntracked = 0,  // holds no references, or is not built yet, or is immortal
  kLogged = 1,     // in the log of the youngest: generations 0 and 1, and some of 2
  kOld = 2,        // one bit in the set of generation 2, or of the frozen
};

//   0            4                        8                  16
//   | references | state                  | binding          | the object …
//                  31 ...... 5 4 3 2 1 0
//                  | position | w s f p p |
//
//   position  index in the log; meaningless for old and untracked objects
//   w         some weak reference exists (its cells are found in a side table)
//   s         condemned: dies in the collection that runs now
//   f         finalize() has yet to run
//   pp        Place
//
// `Binding` joins the object's type to the heap it lives in. While the destruction of an object is
// deferred its first eight bytes are the link to the next one.
template <class Binding>
struct BasicHeader {
  static constexpr std::uint32_t kPlaceMask = 3U;
  static constexpr std::uint32_t kToFinalize = 1U << 2;
  static constexpr std::uint32_t kCondemned = 1U << 3;
  static constexpr std::uint32_t kHasWeak = 1U << 4;
  static constexpr unsigned kPositionShift = 5;
  static constexpr std::uint32_t kFlagsAndPlace = (1U << kPositionShift) - 1;
  static constexpr std::uint32_t kMaxPosition = (1U << (32 - kPositionShift)) - 1;

  Counting::Cell references;
  std::uint32_t state;
  Binding* binding;

  [[nodiscard]] bool has(std::uint32_t flag) const noexcept { return (state & flag) != 0; }
  void set(std::uint32_t flag) noexcept { state |= flag; }
  void clear(std::uint32_t flag) noexcept { state &= ~flag; }

  [[nodiscard]] Place place() const noexcept { return static_cast<Place>(state & kPlaceMask); }
  // In that place, with no flag set: what the object's end needs is known.
  [[nodiscard]] bool is_only(Place place) const noexcept {
    return (state & kFlagsAndPlace) == static_cast<std::uint32_t>(place);
  }
  // In that place, with no flag set, and held by one reference. One branch for all, but two loads:
  // one of both halves would wait for a half that was written just now.
  [[nodiscard]] bool is_lone(Place place) const noexcept {
    const std::uint32_t others = Counting::others(references);
    const std::uint32_t elsewhere = (state & kFlagsAndPlace) ^ static_cast<std::uint32_t>(place);
    return (others | elsewhere) == 0;
  }
  [[nodiscard]] std::uint32_t position() const noexcept { return state >> kPositionShift; }
  // Of an untracked object.
  void enter(Place place, std::uint32_t position = 0) noexcept {
    state |= (position << kPositionShift) | static_cast<std::uint32_t>(place);
  }
  void move_to(Place place, std::uint32_t position = 0) noexcept {
    const std::uint32_t flags = state & kFlagsAndPlace & ~kPlaceMask;
    state = (position << kPositionShift) | flags | static_cast<std::uint32_t>(place);
  }

  // One reference, and nothing is known of the object.
  void renew() noexcept {
    Counting::reset(references, 1);
    state = 0;
  }
  // As renew() left it. One comparison for both.
  [[nodiscard]] bool is_fresh() const noexcept {
    BasicHeader fresh;
    fresh.renew();
    return std::memcmp(static_cast<const void*>(this), static_cast<const void*>(&fresh),
                       offsetof(BasicHeader, binding)) == 0;
  }

  [[nodiscard]] void* payload() noexcept { return this + 1; }
  [[nodiscard]] const void* payload() const noexcept { return this + 1; }
};

}  // namespace exuvia::object
