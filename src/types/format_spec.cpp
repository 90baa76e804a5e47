#include "types/format_spec.hpp"

#include <algorithm>
#include <cstdio>

#include "types/bytes_view.hpp"
#include "types/text.hpp"
#include "types/utf8.hpp"

namespace exuvia::types {

namespace {

bool is_alignment(char32_t c) noexcept { return c == '<' || c == '>' || c == '=' || c == '^'; }

// What is left of a spec.
struct SpecReader {
  std::u32string_view left;

  [[nodiscard]] char32_t peek(std::size_t ahead = 0) const noexcept {
    return ahead < left.size() ? left[ahead] : U'\0';
  }
  char32_t take() noexcept {
    const char32_t first = left[0];
    left.remove_prefix(1);
    return first;
  }
  bool takes(char32_t character) noexcept {
    const bool is_next = !left.empty() && left[0] == character;
    left.remove_prefix(is_next ? 1 : 0);
    return is_next;
  }
};

void read_alignment(SpecReader& reader, FormatSpec& spec) {
  const char by_default = spec.align;
  const bool has_fill = is_alignment(reader.peek(1));
  const bool has_align = has_fill || is_alignment(reader.peek());
  if (has_fill) spec.fill = reader.take();
  if (has_align) spec.align = static_cast<char>(reader.take());
  if (reader.peek() == '+' || reader.peek() == ' ' || reader.peek() == '-')
    spec.sign = static_cast<char>(reader.take());
  spec.has_no_negative_zero = reader.takes(U'z');
  spec.is_alternate = reader.takes(U'#');
  if (has_fill || !reader.takes(U'0')) return;
  spec.fill = '0';
  if (!has_align && by_default == '>') spec.align = '=';
}

Result<void> read_grouping(SpecReader& reader, FormatSpec& spec) {
  if (reader.takes(U',')) spec.grouping = ',';
  const bool is_underscore = reader.takes(U'_');
  if ((is_underscore && spec.grouping != '\0') || (is_underscore && reader.peek() == ','))
    return value_error("Cannot specify both ',' and '_'.");
  if (is_underscore) spec.grouping = '_';
  return {};
}

Result<void> check_grouping(const FormatSpec& spec) {
  const std::u32string_view known = spec.grouping == '_' ? U"defgEG%FboxX" : U"defgEG%F";
  const bool is_known = spec.type == 0 || known.find(spec.type) != known.npos;
  if (spec.grouping == '\0' || is_known) return {};
  return value_error(std::string("Cannot specify '") + spec.grouping + "' with '" +
                     shown_code(spec.type) + "'.");
}

}  // namespace

Result<std::int64_t> read_number(std::u32string_view& text, const char* too_many) {
  std::int64_t number = FormatSpec::kNone;
  for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
    const auto digit = static_cast<std::int64_t>(text[0] - '0');
    number = std::max(number, std::int64_t{0});
    if (number > (INT64_MAX - digit) / 10) return value_error(too_many);
    number = number * 10 + digit;
  }
  return number;
}

std::string shown_code(char32_t code) {
  if (code > ' ' && code < 0x80) return std::string(1, static_cast<char>(code));
  char text[16];
  std::snprintf(text, sizeof text, "\\x%x", static_cast<unsigned>(code));
  return text;
}

Error unknown_code(char32_t code, const Object& value) {
  return value_error("Unknown format code '" + shown_code(code) + "' for object of type '" +
                     type_name(value) + "'");
}

Result<FormatSpec> FormatSpec::parse(const Str& text, const Object& value, char align, char type) {
  FormatSpec spec;
  spec.align = align;
  spec.type = static_cast<unsigned char>(type);
  const std::u32string characters = to_utf32(text);
  SpecReader reader{characters};
  read_alignment(reader, spec);
  const Result<std::int64_t> width = read_number(reader.left);
  if (!width) return width.failure();
  spec.width = *width;
  if (Result<void> done = read_grouping(reader, spec); !done) return done.failure();
  if (reader.takes(U'.')) {
    const Result<std::int64_t> precision = read_number(reader.left);
    if (!precision) return precision.failure();
    if (*precision == kNone) return value_error("Format specifier missing precision");
    spec.precision = *precision;
  }
  if (reader.left.size() > 1) {
    return value_error("Invalid format specifier '" + text.to_utf8() + "' for object of type '" +
                       type_name(value) + "'");
  }
  if (reader.left.size() == 1) spec.type = reader.take();
  if (Result<void> done = check_grouping(spec); !done) return done.failure();
  if (spec.width > static_cast<std::int64_t>(kMostBytes)) return out_of_memory();
  return spec;
}

namespace {

void append_fill(const FormatSpec& spec, std::size_t count, std::string& out) {
  if (spec.fill < 0x80) {
    out.append(count, static_cast<char>(spec.fill));
  } else {
    for (; count > 0; --count) append_utf8(out, spec.fill);
  }
}

std::size_t room_beside(const FormatSpec& spec, std::size_t length) noexcept {
  const auto width = static_cast<std::size_t>(std::max(spec.width, std::int64_t{0}));
  return width > length ? width - length : 0;
}

// With the separator between groups, from the right, and zeros before the digits up to the width,
// which are grouped too. A separator is never first.
std::string grouped(const std::string& digits, char separator, std::size_t group,
                    std::size_t width) {
  if (separator == '\0')
    return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
  std::string reversed;
  for (std::size_t i = 0; i < digits.size() || reversed.size() < width; ++i) {
    if (i > 0 && i % group == 0) reversed += separator;
    reversed += i < digits.size() ? digits[digits.size() - 1 - i] : '0';
  }
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

void append_padded(const FormatSpec& spec, std::string_view utf8, std::size_t length,
                   std::string& out) {
  const std::size_t room = room_beside(spec, length);
  const std::size_t before = spec.align == '<' ? 0 : spec.align == '^' ? room / 2 : room;
  append_fill(spec, before, out);
  out += utf8;
  append_fill(spec, room - before, out);
}

void append_number(const FormatSpec& spec, const NumberText& number, std::string& out) {
  std::string head(number.is_negative                     ? "-"
                   : spec.sign == '+' || spec.sign == ' ' ? std::string(1, spec.sign)
                                                          : "");
  head += number.prefix;
  const std::size_t apart = head.size() + number.rest.size();
  const bool is_filled_up = spec.fill == '0' && spec.align == '=';
  const bool is_decimal = std::u32string_view(U"boxX").find(spec.type) == std::u32string_view::npos;
  const std::string digits = number.digits.empty()
                                 ? ""
                                 : grouped(number.digits, spec.grouping, is_decimal ? 3 : 4,
                                           is_filled_up ? room_beside(spec, apart) : 0);
  const std::string text = digits + number.rest;
  if (spec.align != '=') return append_padded(spec, head + text, head.size() + text.size(), out);
  out += head;
  append_fill(spec, room_beside(spec, head.size() + text.size()), out);
  out += text;
}

}  // namespace exuvia::types
