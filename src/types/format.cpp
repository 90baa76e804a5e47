#include "exuvia/types/format.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "types/float_text.hpp"
#include "types/format_spec.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

constexpr std::u32string_view kFloatCodes = U"eEfFgG%n";

bool is_one_of(std::u32string_view codes, char32_t code) noexcept {
  return codes.find(code) != codes.npos;
}

void make_upper(std::string& text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// The form that a spec of a float asks for.
FloatForm form_of(const FormatSpec& spec) {
  constexpr int kDefaultPrecision = 6;
  FloatForm form{.keeps_point = spec.is_alternate};
  const auto precision = static_cast<int>(spec.precision);
  const bool has_precision = spec.precision != FormatSpec::kNone;
  form.precision = has_precision ? precision : kDefaultPrecision;
  form.adds_zero = spec.type == 0;
  if (spec.type == 0) {
    form.type = has_precision ? 'g' : 'r';
  } else if (spec.type == '%') {
    form.type = 'f';
  } else {
    form.type = spec.type == 'n' ? 'g' : static_cast<char>(spec.type | ' ');
  }
  return form;
}

bool is_zero(const std::string& text) {
  return text.find_first_of("123456789in") == std::string::npos;  // inf and nan are no zeros
}

}  // namespace

Result<void> append_double(const FormatSpec& spec, double value, std::string& out) {
  if (spec.precision > std::numeric_limits<int>::max()) return value_error("precision too big");
  const double shown = std::fabs(spec.type == '%' ? value * 100 : value);
  std::string text = float_text(shown, form_of(spec));
  const bool is_plain_zero = spec.has_no_negative_zero && is_zero(text.substr(0, text.find('e')));
  if (is_one_of(U"EFG", spec.type)) make_upper(text);
  if (spec.type == '%') text += '%';
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  append_number(spec,
                {.is_negative = std::signbit(value) && !is_plain_zero && !std::isnan(value),
                 .digits = text.substr(0, digits),
                 .rest = text.substr(digits)},
                out);
  return {};
}

Result<void> append_int_character(const FormatSpec& spec, const Int& number, std::string& out) {
  const auto code = number.to_int64();
  if (!code || *code < 0 || *code >= 0x110000)
    return Error{ErrorKind::kOverflowError, "%c arg not in range(0x110000)"};
  const Result<Ref<Str>> character = make_character(static_cast<char32_t>(*code));
  if (!character) return character.failure();
  append_padded(spec, (*character)->to_utf8(), 1, out);
  return {};
}

void append_whole(const FormatSpec& spec, const Int& number, std::size_t least_digits,
                  std::string& out) {
  const bool is_hexadecimal = spec.type == 'x' || spec.type == 'X';
  const int base = is_hexadecimal ? 16 : spec.type == 'o' ? 8 : spec.type == 'b' ? 2 : 10;
  const char prefix[] = {'0', static_cast<char>(spec.type)};
  NumberText text{.is_negative = number.size < 0, .digits = number.to_string(base)};
  if (text.is_negative) text.digits.erase(0, 1);
  if (spec.is_alternate && base != 10) text.prefix = {prefix, 2};
  if (spec.type == 'X') make_upper(text.digits);
  if (text.digits.size() < least_digits)
    text.digits.insert(0, least_digits - text.digits.size(), '0');
  append_number(spec, text, out);
}

namespace {

Result<void> append_int(const FormatSpec& spec, const Int& number, std::string& out) {
  const std::string not_allowed = " not allowed in integer format specifier";
  const std::string not_with = " not allowed with integer format specifier 'c'";
  if (spec.precision != FormatSpec::kNone) return value_error("Precision" + not_allowed);
  if (spec.has_no_negative_zero) return value_error("Negative zero coercion (z)" + not_allowed);
  if (spec.type == 'c' && spec.sign != '\0') return value_error("Sign" + not_with);
  if (spec.type == 'c' && spec.is_alternate) return value_error("Alternate form (#)" + not_with);
  if (spec.type == 'c' && !number.to_int64())
    return Error{ErrorKind::kOverflowError, "Python int too large to convert to C long"};
  if (spec.type == 'c') return append_int_character(spec, number, out);
  append_whole(spec, number, 0, out);
  return {};
}

}  // namespace

Result<void> format_int(const Object& self, const Str& spec_text, std::string& out) {
  if (spec_text.length == 0) return append_str(self, out);
  const Result<FormatSpec> spec = FormatSpec::parse(spec_text, self, '>', 'd');
  if (!spec) return spec.failure();
  const Int& number = *as_integer(self);
  if (is_one_of(U"bcdoxXn", spec->type)) return append_int(*spec, number, out);
  if (!is_one_of(kFloatCodes, spec->type)) return unknown_code(spec->type, self);
  const double value = number.to_double();
  if (std::isinf(value))
    return Error{ErrorKind::kOverflowError, "int too large to convert to float"};
  return append_double(*spec, value, out);
}

Result<void> format_float(const Object& self, const Str& spec_text, std::string& out) {
  if (spec_text.length == 0) return append_str(self, out);
  const Result<FormatSpec> spec = FormatSpec::parse(spec_text, self, '>', '\0');
  if (!spec) return spec.failure();
  if (spec->type != 0 && !is_one_of(kFloatCodes, spec->type)) return unknown_code(spec->type, self);
  return append_double(*spec, static_cast<const Float&>(self).value, out);
}

Result<void> format_str(const Object& self, const Str& spec_text, std::string& out) {
  const Result<FormatSpec> spec = FormatSpec::parse(spec_text, self, '<', 's');
  if (!spec) return spec.failure();
  if (spec->type != 's') return unknown_code(spec->type, self);
  const char* const wrong = spec->sign == ' '            ? "Space"
                            : spec->sign != '\0'         ? "Sign"
                            : spec->has_no_negative_zero ? "Negative zero coercion (z)"
                            : spec->is_alternate         ? "Alternate form (#)"
                            : spec->align == '='         ? "'=' alignment"
                                                         : nullptr;
  if (wrong != nullptr)
    return value_error(std::string(wrong) + " not allowed in string format specifier");
  const auto& text = static_cast<const Str&>(self);
  std::size_t length = text.length;
  if (spec->precision != FormatSpec::kNone)
    length = std::min(length, static_cast<std::size_t>(spec->precision));
  const std::u32string shown = to_utf32(text).substr(0, length);
  append_padded(*spec, to_utf8(shown), length, out);
  return {};
}

Result<void> append_format(const Object& value, const Str& spec, std::string& out) {
  const Protocol& does = type_of(value).does;
  return try_append([&] {
    return does.format != nullptr ? does.format(value, spec, out)
                                  : format_by_default(value, spec, out);
  });
}

Result<void> format_by_default(const Object& value, const Str& spec, std::string& out) {
  if (spec.length == 0) return append_str(value, out);
  return type_error("unsupported format string passed to " + type_name(value) + ".__format__");
}

Result<void> append_ascii(const Object& value, std::string& out) {
  std::string text;
  if (Result<void> done = append_repr(value, text); !done) return done;
  const Result<Ref<Str>> shown = make_str(text);
  if (!shown) return shown.failure();
  for (std::size_t i = 0; i < (*shown)->length; ++i) {
    const char32_t character = (**shown)[i];
    if (character < 0x80) {
      out += static_cast<char>(character);
    } else {
      append_escaped(character, out);
    }
  }
  return {};
}

Result<std::string> format(const Value& value, std::string_view spec) {
  const Result<Ref<Str>> text = make_str(spec);
  if (!text) return text.failure();
  std::string out;
  const Result<void> done = append_format(*value, **text, out);
  if (!done) return done.failure();
  return out;
}

}  // namespace exuvia::types
