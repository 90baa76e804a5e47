// What characters are and become, as Python's str says of single ones.
#pragma once

#include <cstdint>
#include <string>

namespace exuvia::types::unicode {

enum Kind : std::uint16_t {
  kAlpha = 1 << 0,
  kDecimal = 1 << 1,
  kDigit = 1 << 2,
  kNumeric = 1 << 3,
  kLowercase = 1 << 4,
  kUppercase = 1 << 5,
  kTitlecase = 1 << 6,
  kCased = 1 << 7,
  kCaseIgnorable = 1 << 8,
  kSpace = 1 << 9,
  kLineBreak = 1 << 10,
  kPrintable = 1 << 11,
  kStartsIdentifier = 1 << 12,
  kContinuesIdentifier = 1 << 13,
};

// The Kinds of a character, joined.
[[nodiscard]] std::uint16_t kinds_of(char32_t character) noexcept;
[[nodiscard]] inline bool is(char32_t character, std::uint16_t kinds) noexcept {
  return (kinds_of(character) & kinds) != 0;
}
// Of a decimal digit of any script; -1 for other characters.
[[nodiscard]] int decimal_value(char32_t character) noexcept;

struct Mapping;
// Constants, though not of compile time.  NOLINTBEGIN(readability-identifier-naming)
extern const Mapping kUpper;
extern const Mapping kLower;
extern const Mapping kTitle;
extern const Mapping kFolded;
// NOLINTEND(readability-identifier-naming)

// Appends the one to three characters that the character becomes.
void append_mapped(const Mapping& mapping, char32_t character, std::u32string& out);

}  // namespace exuvia::types::unicode
