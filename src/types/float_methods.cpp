// What only floats do.
#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/big_int.hpp"

namespace exuvia::types {

namespace {

constexpr int kMantissaBits = 52;
constexpr int kBias = 1023;

// Reads a text from its start on.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool take(char lower) noexcept {
    if (rest_.empty() || std::tolower(static_cast<unsigned char>(rest_[0])) != lower) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool take(std::string_view lower) noexcept {
    const std::string_view before = rest_;
    for (const char c : lower) {
      if (take(c)) continue;
      rest_ = before;
      return false;
    }
    return true;
  }
  // The next character as a digit of the base; -1 if it is none.
  [[nodiscard]] int take_digit(int base) noexcept {
    if (rest_.empty()) return -1;
    const int c = std::tolower(static_cast<unsigned char>(rest_[0]));
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
    if (digit >= base) return -1;
    rest_.remove_prefix(1);
    return digit;
  }
  [[nodiscard]] bool take_minus() noexcept { return take('-') || (take('+') && false); }

 private:
  std::string_view rest_;
};

// A mantissa of up to 64 bits whose last also stands for all that follow it, as in
// nearest_quotient(): it is rounded once, on the way to a double.
struct Magnitude {
  std::uint64_t mantissa = 0;
  long exponent = 0;
  bool has_digits = false;

  void take_digits(Reader& reader, bool is_fraction) {
    for (int digit = 0; (digit = reader.take_digit(16)) >= 0; has_digits = true) {
      if (mantissa >> 59 == 0) {
        mantissa = mantissa << 4 | static_cast<std::uint64_t>(digit);
        exponent -= is_fraction ? 4 : 0;
      } else {
        mantissa |= digit != 0 ? 1 : 0;
        exponent += is_fraction ? 0 : 4;
      }
    }
  }
  // False if there is an exponent without digits.
  [[nodiscard]] bool try_exponent(Reader& reader) {
    constexpr long kFar = 1'000'000'000;
    if (!reader.take('p')) return true;
    const bool is_negative = reader.take_minus();
    long power = -1;
    for (int digit = 0; (digit = reader.take_digit(10)) >= 0;)
      power = std::min(std::max(power, 0L) * 10 + digit, kFar);
    exponent += is_negative ? -power : power;
    return power >= 0;
  }
  [[nodiscard]] double to_double() const {
    const long clamped = std::min(std::max(exponent, -20'000L), 20'000L);
    if (mantissa == 0) return 0;
    return static_cast<double>(
        std::ldexp(static_cast<long double>(mantissa), static_cast<int>(clamped)));
  }
};

Error no_hexadecimal() { return value_error("invalid hexadecimal floating-point string"); }

std::string_view without_blanks(std::string_view text) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Result<double> magnitude_of(Reader& reader) {
  if (reader.take("infinity") || reader.take("inf")) return HUGE_VAL;
  if (reader.take("nan")) return NAN;
  [[maybe_unused]] const bool has_prefix = reader.take("0x");
  Magnitude magnitude;
  magnitude.take_digits(reader, false);
  if (reader.take('.')) magnitude.take_digits(reader, true);
  if (!magnitude.has_digits || !magnitude.try_exponent(reader)) return no_hexadecimal();
  const double value = magnitude.to_double();
  if (std::isinf(value)) {
    return Error{ErrorKind::kOverflowError, "hexadecimal value too large to represent as a float"};
  }
  return value;
}

}  // namespace

bool is_integer(double value) noexcept {
  return std::isfinite(value) && std::floor(value) == value;
}

std::string float_to_hex(double value) {
  if (!std::isfinite(value)) return float_to_string(value);
  const char* const sign = std::signbit(value) ? "-" : "";
  if (value == 0) return std::string(sign) + "0x0.0p+0";
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const auto biased = static_cast<int>(bits >> kMantissaBits & 0x7FF);
  const auto mantissa =
      static_cast<unsigned long long>(bits & ((std::uint64_t{1} << kMantissaBits) - 1));
  char text[40];
  std::snprintf(text, sizeof text, "%s0x%d.%013llxp%+d", sign, biased != 0 ? 1 : 0, mantissa,
                (biased != 0 ? biased : 1) - kBias);
  return text;
}

Result<Value> float_from_hex(std::string_view text) {
  Reader reader(without_blanks(text));
  const bool is_negative = reader.take_minus();
  const Result<double> magnitude = magnitude_of(reader);
  if (!magnitude) return magnitude.failure();
  if (!reader.is_at_end()) return no_hexadecimal();
  return made(make_float(is_negative ? -*magnitude : *magnitude));
}

Result<Value> as_integer_ratio(double value) {
  if (std::isnan(value)) return value_error("cannot convert NaN to integer ratio");
  if (std::isinf(value))
    return Error{ErrorKind::kOverflowError, "cannot convert Infinity to integer ratio"};
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  Big numerator;
  Big denominator;
  mpz_set_d(numerator.get(), std::ldexp(mantissa, kMantissaBits + 1));
  exponent -= kMantissaBits + 1;
  const mp_bitcnt_t zeros = value == 0 ? 0 : mpz_scan1(numerator.get(), 0);
  mpz_tdiv_q_2exp(numerator.get(), numerator.get(), zeros);
  exponent = value == 0 ? 0 : exponent + static_cast<int>(zeros);
  if (exponent > 0)
    mpz_mul_2exp(numerator.get(), numerator.get(), static_cast<mp_bitcnt_t>(exponent));
  mpz_setbit(denominator.get(), exponent < 0 ? static_cast<mp_bitcnt_t>(-exponent) : 0);
  Result<Value> above = numerator.to_value();
  if (!above) return above;
  Result<Value> below = denominator.to_value();
  if (!below) return below;
  return made(types::make_tuple({*above, *below}));
}

}  // namespace exuvia::types
