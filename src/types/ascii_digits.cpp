#include "types/ascii_digits.hpp"

#include <algorithm>

#include "types/unicode.hpp"
#include "types/utf8.hpp"

namespace exuvia::types {

namespace {

void append_simplified(std::string& out, char32_t character) {
  const int digit = unicode::decimal_value(character);
  if (digit >= 0) {
    out += static_cast<char>('0' + digit);
  } else if (unicode::is(character, unicode::kSpace)) {
    out += ' ';
  } else {
    append_utf8(out, character);
  }
}

}  // namespace

std::string with_ascii_digits(std::string_view utf8) {
  std::string out;
  if (std::all_of(utf8.begin(), utf8.end(), [](char c) { return (c & 0x80) == 0; }))
    return std::string(utf8);
  for (std::size_t i = 0; i < utf8.size();) {
    const Decoded next = decode_utf8(utf8.substr(i));
    if (next.reason != nullptr) return std::string(utf8);
    append_simplified(out, next.character);
    i += next.bytes;
  }
  return out;
}

}  // namespace exuvia::types
