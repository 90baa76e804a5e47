#include "types/unicode.hpp"

#include <algorithm>
#include <array>

#include "types/unicode_data.hpp"

namespace exuvia::types::unicode {

namespace {

char32_t first_of(std::uint32_t range) noexcept { return range >> 8; }
std::uint16_t kinds_in(std::uint32_t range) noexcept { return kKinds[range & 0xFF]; }

// The range that holds the character.
std::uint32_t range_of(char32_t character) noexcept {
  const std::uint32_t* const end = kRanges + kRangeCount;
  return *(std::upper_bound(kRanges, end, character,
                            [](char32_t c, std::uint32_t range) { return c < first_of(range); }) -
           1);
}

std::array<std::uint16_t, 256> latin1_kinds() noexcept {
  std::array<std::uint16_t, 256> kinds{};
  for (char32_t c = 0; c < kinds.size(); ++c) kinds[c] = kinds_in(range_of(c));
  return kinds;
}

}  // namespace

std::uint16_t kinds_of(char32_t character) noexcept {
  static const std::array<std::uint16_t, 256> latin1 = latin1_kinds();
  return character < latin1.size() ? latin1[character] : kinds_in(range_of(character));
}

int decimal_value(char32_t character) noexcept {
  const std::uint32_t range = range_of(character);
  if ((kinds_in(range) & kDecimal) == 0) return -1;
  // Digits come in tens, and a range begins with a zero.
  return static_cast<int>((character - first_of(range)) % 10);
}

void append_mapped(const Mapping& mapping, char32_t character, std::u32string& out) {
  const auto run = std::lower_bound(mapping.runs.begin(), mapping.runs.end(), character,
                                    [](const Run& r, char32_t c) { return r.last < c; });
  if (run != mapping.runs.end() && run->first <= character &&
      (character - run->first) % run->step == 0) {
    out += static_cast<char32_t>(static_cast<std::int32_t>(character) + run->distance);
    return;
  }
  const auto several =
      std::lower_bound(mapping.several.begin(), mapping.several.end(), character,
                       [](const Several& s, char32_t c) { return s.character < c; });
  if (several == mapping.several.end() || several->character != character) {
    out += character;
    return;
  }
  for (const char32_t mapped : several->mapped) {
    if (mapped != 0) out += mapped;
  }
}

}  // namespace exuvia::types::unicode
