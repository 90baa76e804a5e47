// Format specifications, and the texts of numbers and strs that they ask for.
#pragma once

#include <cstdint>
#include <new>
#include <string>
#include <string_view>

#include "exuvia/types/int.hpp"
#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"

namespace exuvia::types {

// [[fill]align][sign][z][#][0][width][grouping][.precision][type]
struct FormatSpec {
  static constexpr std::int64_t kNone = -1;

  char32_t fill = ' ';
  char align = '<';      // < > ^ or =
  char sign = '\0';      // of what is not negative: + or a blank, if one was asked for
  char grouping = '\0';  // , or _
  bool has_no_negative_zero = false;
  bool is_alternate = false;
  std::int64_t width = kNone;
  std::int64_t precision = kNone;
  char32_t type = 0;

  // The spec of a value, whose type has these ways if none is said.
  [[nodiscard]] static Result<FormatSpec> parse(const Str& spec, const Object& value, char align,
                                                char type);
};

// Reads digits at the start of `text` and takes them off: kNone if there are none. ValueError, in
// the words `too_many`, for too large a number.
[[nodiscard]] Result<std::int64_t> read_number(
    std::u32string_view& text, const char* too_many = "Too many decimal digits in format string");

// "Unknown format code 'x' for object of type 'int'"
[[nodiscard]] Error unknown_code(char32_t code, const Object& value);
// As messages show a character: itself if that is visible ASCII, else \x…
[[nodiscard]] std::string shown_code(char32_t code);

// The text of so many characters, in a field of the width. "=" aligns to the right.
void append_padded(const FormatSpec& spec, std::string_view utf8, std::size_t length,
                   std::string& out);

// A number's text in parts.
struct NumberText {
  bool is_negative = false;
  std::string_view prefix = {};  // 0x
  std::string digits = {};       // what is grouped, and filled up with zeros
  std::string rest = {};         // the point and all after it, or inf, or nan
};
void append_number(const FormatSpec& spec, const NumberText& number, std::string& out);

// Numbers as the spec, whose type is one of theirs, says. ValueError for too large a precision,
// OverflowError for what is no character.
[[nodiscard]] Result<void> append_double(const FormatSpec& spec, double value, std::string& out);
void append_whole(const FormatSpec& spec, const Int& number, std::size_t least_digits,
                  std::string& out);
[[nodiscard]] Result<void> append_int_character(const FormatSpec& spec, const Int& number,
                                                std::string& out);

// What append() does; exhaustion of memory as an error, as a spec may ask for any number of
// characters.
template <class Append>
[[nodiscard]] Result<void> try_append(Append&& append) {
  try {
    return append();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

// format(value, spec), appended.
[[nodiscard]] Result<void> append_format(const Object& value, const Str& spec, std::string& out);
// object.__format__: str(value), TypeError for a spec that is not empty.
[[nodiscard]] Result<void> format_by_default(const Object& value, const Str& spec,
                                             std::string& out);
// ascii(value): its repr, with escapes for what is not ASCII.
[[nodiscard]] Result<void> append_ascii(const Object& value, std::string& out);

// Slots: `format` of Int and Bool, Float, Str.
[[nodiscard]] Result<void> format_int(const Object& self, const Str& spec, std::string& out);
[[nodiscard]] Result<void> format_float(const Object& self, const Str& spec, std::string& out);
[[nodiscard]] Result<void> format_str(const Object& self, const Str& spec, std::string& out);

// str.__mod__
[[nodiscard]] Result<Value> format_percent(const Ref<Str>& pattern, const Value& values);

}  // namespace exuvia::types
