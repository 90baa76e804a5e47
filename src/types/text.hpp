// Building a Str: how much room it needs, then its characters.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "exuvia/types/str.hpp"

namespace exuvia::types {

[[nodiscard]] constexpr unsigned width_for(char32_t largest) noexcept {
  return largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
}

// A string of `length` characters, the largest of which is `largest`, to be filled by put() and
// copy() before anyone sees it. Empty when memory is exhausted.
[[nodiscard]] Ref<Str> try_text(std::size_t length, char32_t largest) noexcept;

inline void put(Str& text, std::size_t index, char32_t character) noexcept {
  std::byte* const data = text.data();
  if (text.width == 1) {
    data[index] = static_cast<std::byte>(character);
  } else if (text.width == 2) {
    const auto unit = static_cast<char16_t>(character);
    std::memcpy(data + 2 * index, &unit, 2);
  } else {
    std::memcpy(data + 4 * index, &character, 4);
  }
}

// to[at, at + count) = from[start, start + count)
inline void copy(Str& to, std::size_t at, const Str& from, std::size_t start,
                 std::size_t count) noexcept {
  if (to.width == from.width) {
    std::memcpy(to.data() + at * to.width, from.data() + start * from.width, count * to.width);
  } else {
    for (std::size_t i = 0; i < count; ++i) put(to, at + i, from[start + i]);
  }
}

// The largest character of a range.
[[nodiscard]] char32_t largest_character(const Str& text, std::size_t begin,
                                         std::size_t end) noexcept;
[[nodiscard]] inline char32_t largest_character(const Str& text) noexcept {
  return text.is_ascii ? 0x7F : largest_character(text, 0, text.length);
}

// The text in as few bytes a character as it needs, if its largest character may have gone.
[[nodiscard]] Result<Ref<Str>> narrowed(Ref<Str> text);

// The characters of a text, and the text of characters.
[[nodiscard]] std::u32string to_utf32(const Str& text);
[[nodiscard]] std::string to_utf8(std::u32string_view characters);

// The immortal string of one character up to U+00FF; the immortal empty one.
[[nodiscard]] Ref<Str> latin1_character(char32_t character) noexcept;
[[nodiscard]] Ref<Str> empty_text() noexcept;

// Appends a character as a repr spells one that is not printable: \x…, \u… or \U….
void append_escaped(char32_t character, std::string& out);
// Appends the repr of a text, in quotes.
void append_quoted(const Str& text, std::string& out);
// The repr of a text in UTF-8, for messages; the text itself if it is no UTF-8.
[[nodiscard]] std::string quoted(std::string_view utf8);

}  // namespace exuvia::types
