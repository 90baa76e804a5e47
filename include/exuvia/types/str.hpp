// Str: text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// Immutable, a sequence of Unicode scalar values (no surrogates), each stored in as many bytes as
// the largest of the text needs: 1 (up to U+00FF), 2 or 4.
//
//   | header 16 | hash 8 | length 56 bits, flags | characters, length * width … | 0 |
struct Str : Object {
  static const Type type;

  mutable Hash hash;  // 0 until someone asks
  std::uint64_t length : 56;
  std::uint64_t width : 3;  // bytes a character
  std::uint64_t is_ascii : 1;
  std::uint64_t is_interned : 1;

  [[nodiscard]] const std::byte* data() const noexcept {
    return reinterpret_cast<const std::byte*>(this + 1);
  }
  [[nodiscard]] std::byte* data() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
  [[nodiscard]] std::size_t bytes() const noexcept { return length * width; }
  [[nodiscard]] char32_t operator[](std::size_t index) const noexcept;
  // The text of an ASCII string, without a copy.
  [[nodiscard]] std::string_view ascii() const noexcept {
    return {reinterpret_cast<const char*>(data()), length};
  }
  [[nodiscard]] std::string to_utf8() const;
};
static_assert(sizeof(Str) == 16);

// From UTF-8. UnicodeError, naming the byte and its position, if it is none; MemoryError.
[[nodiscard]] Result<Ref<Str>> make_str(std::string_view utf8);
// chr(): ValueError outside Unicode's scalar values.
[[nodiscard]] Result<Ref<Str>> make_character(char32_t character);

// The one string of its text on the heap: equal interned strings are the same object. The table
// does not keep a string alive. Empty when memory is exhausted.
[[nodiscard]] Ref<Str> intern(Ref<Str> text) noexcept;
// A string of the program's own text, interned if it looks like an identifier (letters, digits and
// underscores). Stops the process if `utf8` is no UTF-8; empty when memory is exhausted.
[[nodiscard]] Ref<Str> intern_literal(std::string_view utf8);
// Interned strings of the current heap.
[[nodiscard]] std::size_t interned_count();

[[nodiscard]] bool equal_text(const Str& a, const Str& b) noexcept;
// The hash of the text, computed once.
[[nodiscard]] Hash compute_text_hash(const Str& text) noexcept;
[[nodiscard]] inline Hash text_hash(const Str& text) noexcept {
  return text.hash != 0 ? text.hash : compute_text_hash(text);
}

// Characters [begin, end), which must lie in the text.
[[nodiscard]] Result<Ref<Str>> substring(const Ref<Str>& text, std::size_t begin, std::size_t end);
[[nodiscard]] Result<Ref<Str>> concatenate(const Ref<Str>& a, const Ref<Str>& b);

}  // namespace exuvia::types
