#include "types/utf8.hpp"

namespace exuvia::types {

namespace {

bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0U) == 0x80; }

// The second byte decides whether a form is overlong, a surrogate, or too large.
bool is_second_valid(unsigned char first, unsigned char second) noexcept {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return is_continuation(second);
  }
}

}  // namespace

Decoded decode_utf8(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1, nullptr};
  if (first < 0xC2 || first > 0xF4) return {0, 1, "invalid start byte"};
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t character = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size()) return {0, i, "unexpected end of data"};
    if (i == 1 ? !is_second_valid(first, byte(1)) : !is_continuation(byte(i)))
      return {0, i, "invalid continuation byte"};
    character = character << 6 | (byte(i) & 0x3FU);
  }
  return {character, length, nullptr};
}

void append_utf8(std::string& out, char32_t character) {
  const auto append = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (character < 0x80) return append(character);
  if (character < 0x800) {
    append(0xC0 | character >> 6);
  } else if (character < 0x10000) {
    append(0xE0 | character >> 12);
    append(0x80 | (character >> 6 & 0x3F));
  } else {
    append(0xF0 | character >> 18);
    append(0x80 | (character >> 12 & 0x3F));
    append(0x80 | (character >> 6 & 0x3F));
  }
  append(0x80 | (character & 0x3F));
}

}  // namespace exuvia::types
