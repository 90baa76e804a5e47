// The characters of a Str, a Bytes or a ByteArray alike, and texts of either type made of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"
#include "types/unicode.hpp"

namespace exuvia::types {

// Characters side by side, in 1, 2 or 4 bytes each. Owns nothing.
struct Characters {
  const std::byte* data = nullptr;
  std::size_t length = 0;
  unsigned width = 1;
  bool is_ascii = true;  // false: not known to be
  bool is_bytes = false;

  static Characters of(const Str& text) noexcept {
    return {text.data(), text.length, static_cast<unsigned>(text.width), text.is_ascii != 0, false};
  }
  static Characters of_bytes(std::string_view bytes) noexcept {
    return {reinterpret_cast<const std::byte*>(bytes.data()), bytes.size(), 1, false, true};
  }
  static Characters of(std::u32string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size(), 4, false, false};
  }

  [[nodiscard]] char32_t operator[](std::size_t index) const noexcept {
    if (width == 1) return static_cast<char32_t>(data[index]);
    if (width == 2) return reinterpret_cast<const char16_t*>(data)[index];
    return reinterpret_cast<const char32_t*>(data)[index];
  }
  [[nodiscard]] Characters part(std::size_t begin, std::size_t end) const noexcept {
    return {data + begin * width, end - begin, width, is_ascii, is_bytes};
  }
  // Whether the character at `index` is of one of the Kinds; only those of ASCII are, of bytes.
  [[nodiscard]] bool is(std::size_t index, std::uint16_t kinds) const noexcept {
    const char32_t character = (*this)[index];
    return (!is_bytes || character < 0x80) && unicode::is(character, kinds);
  }
  [[nodiscard]] bool is_blank(std::size_t index) const noexcept;
  [[nodiscard]] bool is_line_break(std::size_t index) const noexcept;
};

// The text's characters. TypeError, naming the method, for what is no text.
[[nodiscard]] Result<Characters> text_of(const Value& text, const char* method);
// The characters of an operand beside `text`, which is a text: TypeError if they do not go
// together, in the words `wanted_str` for a Str.
[[nodiscard]] Result<Characters> operand_of(const Value& text, const Value& operand,
                                            const char* wanted_str = "must be str");

inline constexpr std::size_t kNowhere = SIZE_MAX;
// The first and last place of `part` within [begin, end), or kNowhere.
[[nodiscard]] std::size_t first_of(const Characters& text, const Characters& part,
                                   std::size_t begin, std::size_t end) noexcept;
[[nodiscard]] std::size_t last_of(const Characters& text, const Characters& part, std::size_t begin,
                                  std::size_t end) noexcept;
// text[at, …) begins with `part`, for which there is room.
[[nodiscard]] bool matches_at(const Characters& text, const Characters& part,
                              std::size_t at) noexcept;

// A text of the type of `like`, made of pieces, each taken some number of times.
struct Piece {
  Characters characters;
  std::size_t times = 1;
};
[[nodiscard]] Result<Value> assembled(const Value& like, const std::vector<Piece>& pieces);
// text[begin:end]; the text itself if that is all of it and it never changes.
[[nodiscard]] Result<Value> part_of(const Value& text, std::size_t begin, std::size_t end);

}  // namespace exuvia::types
