#include "types/float_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace exuvia::types {

namespace {

// With `precision` digits after the point; the fewest that read back if that is negative.
std::string to_text(double magnitude, std::chars_format format, int precision) {
  const int whole =
      format == std::chars_format::fixed ? std::numeric_limits<double>::max_exponent10 : 0;
  constexpr int kSignsAndExponent = 32;
  const auto most = static_cast<std::int64_t>(std::max(precision, 0)) + whole + kSignsAndExponent;
  std::string text(static_cast<std::size_t>(most), '\0');
  char* const end = text.data() + text.size();
  const std::to_chars_result written =
      precision < 0 ? std::to_chars(text.data(), end, magnitude, format)
                    : std::to_chars(text.data(), end, magnitude, format, precision);
  text.resize(static_cast<std::size_t>(written.ptr - text.data()));
  return text;
}

// digits[0].digits[1…] times ten to the exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;

  // Of "d.ddde±xx".
  static Decimal of(std::string_view scientific) {
    const std::size_t e = scientific.find('e');
    Decimal decimal{std::string(1, scientific[0])};
    if (e > 2) decimal.digits += scientific.substr(2, e - 2);
    const bool is_signed = scientific[e + 1] == '+';
    std::from_chars(scientific.data() + e + (is_signed ? 2 : 1),
                    scientific.data() + scientific.size(), decimal.exponent);
    return decimal;
  }
};

std::string with_exponent(const Decimal& decimal, bool keeps_point) {
  std::string out(1, decimal.digits[0]);
  if (decimal.digits.size() > 1 || keeps_point) out += '.';
  out.append(decimal.digits, 1).append(decimal.exponent < 0 ? "e-" : "e+");
  const int exponent = std::abs(decimal.exponent);
  return out.append(exponent < 10 ? "0" : "").append(std::to_string(exponent));
}

std::string without_exponent(const Decimal& decimal, const FloatForm& form) {
  const std::string& digits = decimal.digits;
  if (decimal.exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-decimal.exponent - 1), '0') + digits;
  const std::size_t whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (digits.size() > whole) return digits.substr(0, whole) + "." + digits.substr(whole);
  const char* const end = form.adds_zero ? ".0" : form.keeps_point ? "." : "";
  return digits + std::string(whole - digits.size(), '0') + end;
}

// No double has more that are not 0: 2^-1074 times an odd number below 2^53.
constexpr int kMostDigits = 767;

// CPython's: what 'g' and 'r' print without an exponent.
constexpr int kLeastExponent = -4;
constexpr int kShortestLimit = 16;

std::string general(double magnitude, const FloatForm& form) {
  const bool is_shortest = form.type == 'r';
  const int precision = std::max(form.precision, 1);
  const int digits = form.keeps_point ? precision : std::min(precision, kMostDigits);
  Decimal decimal =
      Decimal::of(to_text(magnitude, std::chars_format::scientific, is_shortest ? -1 : digits - 1));
  if (!is_shortest && !form.keeps_point)
    decimal.digits.resize(std::max(decimal.digits.find_last_not_of('0') + 1, std::size_t{1}));
  const int limit = is_shortest ? kShortestLimit : precision - (form.adds_zero ? 1 : 0);
  return decimal.exponent < kLeastExponent || decimal.exponent >= limit
             ? with_exponent(decimal, form.keeps_point)
             : without_exponent(decimal, form);
}

}  // namespace

std::string float_text(double magnitude, const FloatForm& form) {
  if (std::isnan(magnitude)) return "nan";
  if (std::isinf(magnitude)) return "inf";
  if (form.type == 'e') {
    return with_exponent(
        Decimal::of(to_text(magnitude, std::chars_format::scientific, form.precision)),
        form.keeps_point);
  }
  if (form.type != 'f') return general(magnitude, form);
  std::string text = to_text(magnitude, std::chars_format::fixed, form.precision);
  if (form.precision == 0 && form.keeps_point) text += '.';
  return text;
}

}  // namespace exuvia::types
