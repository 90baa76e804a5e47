// The tables behind unicode.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace exuvia::types::unicode {

// Constants, though not of compile time.  NOLINTBEGIN(readability-identifier-naming)

// Sets of Kinds, and for each range of characters  | first character 24 | position in kKinds 8 |.
extern const std::uint16_t kKinds[];
extern const std::uint32_t kRanges[];
extern const std::size_t kRangeCount;

// Each `step`th character of [first, last] moves by `distance`.
struct Run {
  char32_t first;
  char32_t last;
  std::uint32_t step;
  std::int32_t distance;
};

// A character that becomes two or three; absent ones are 0.
struct Several {
  char32_t character;
  char32_t mapped[3];
};

// Both in order of the characters.
struct Mapping {
  std::span<const Run> runs;
  std::span<const Several> several;
};
extern const Mapping kUpper;
extern const Mapping kLower;
extern const Mapping kTitle;
extern const Mapping kFolded;
// NOLINTEND(readability-identifier-naming)

}  // namespace exuvia::types::unicode
