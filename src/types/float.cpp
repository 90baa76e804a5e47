#include "exuvia/types/float.hpp"

#include <charconv>
#include <cmath>

#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/ascii_digits.hpp"
#include "types/float_text.hpp"
#include "types/format_spec.hpp"
#include "types/number.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

// CPython's hash of a finite number: its value modulo 2^61-1, so that equal numbers of all types
// have equal hashes.
Hash hash_finite(double value) {
  constexpr unsigned kBits = 61;
  constexpr std::uint64_t kPrime = (std::uint64_t{1} << kBits) - 1;
  constexpr int kStep = 28;
  int exponent = 0;
  double mantissa = std::frexp(std::fabs(value), &exponent);
  std::uint64_t x = 0;
  while (mantissa != 0) {
    x = ((x << kStep) & kPrime) | x >> (kBits - kStep);
    mantissa *= 1 << kStep;
    exponent -= kStep;
    const auto whole = static_cast<std::uint64_t>(mantissa);
    mantissa -= static_cast<double>(whole);
    x += whole;
    if (x >= kPrime) x -= kPrime;
  }
  const int bits = static_cast<int>(kBits);
  const int turn = exponent >= 0 ? exponent % bits : bits - 1 - ((-1 - exponent) % bits);
  x = ((x << turn) & kPrime) | x >> (bits - turn);
  const Hash hash = static_cast<Hash>(x) * (value < 0 ? -1 : 1);
  return hash == -1 ? -2 : hash;
}

Result<Hash> hash_float(const Object& object) {
  constexpr Hash kInfinity = 314159;
  const double value = static_cast<const Float&>(object).value;
  if (std::isinf(value)) return value > 0 ? kInfinity : -kInfinity;
  if (std::isnan(value)) return static_cast<Hash>(reinterpret_cast<std::uintptr_t>(&object) >> 4);
  return hash_finite(value);
}

Result<void> repr_float(const Object& object, std::string& out) {
  out += float_to_string(static_cast<const Float&>(object).value);
  return {};
}

Result<bool> truth_of_float(const Object& object) {
  return static_cast<const Float&>(object).value != 0;
}

Error float_error(const char* message, ErrorKind kind = ErrorKind::kZeroDivisionError) {
  return {kind, message};
}

// CPython's float_divmod.
double floored_remainder(double a, double b) {
  const double remainder = std::fmod(a, b);
  if (remainder == 0) return std::copysign(0.0, b);
  return (b < 0) != (remainder < 0) ? remainder + b : remainder;
}

double floored_quotient(double a, double b) {
  double remainder = std::fmod(a, b);
  double quotient = (a - remainder) / b;
  if (remainder != 0 && (b < 0) != (remainder < 0)) quotient -= 1.0;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

Result<double> double_power(double a, double b) {
  if (a == 0 && b < 0 && std::isfinite(b))
    return float_error("0.0 cannot be raised to a negative power");
  if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b))
    return value_error("a negative number cannot be raised to a fractional power");
  const double result = std::pow(a, b);
  if (std::isinf(result) && std::isfinite(a) && std::isfinite(b))
    return float_error("(34, 'Numerical result out of range')", ErrorKind::kOverflowError);
  return result;
}

}  // namespace

constinit const Type Float::type{{.name = "float", .size = sizeof(Float)},
                                 {.equal = &equal_numbers,
                                  .hash = &hash_float,
                                  .order = &order_numbers,
                                  .repr = &repr_float,
                                  .format = &format_float,
                                  .truth = &truth_of_float,
                                  .binary = &binary_numbers,
                                  .unary = &unary_number}};

Ref<Float> make_float(double value) noexcept { return try_atom<Float>(value); }

std::string float_to_string(double value) {
  const bool has_sign = std::signbit(value) && !std::isnan(value);
  return (has_sign ? "-" : "") + float_text(std::fabs(value), {.adds_zero = true});
}

namespace {

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Removes underscores between digits; false if one stands elsewhere.
bool try_without_underscores(std::string_view text, std::string& plain) {
  const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(i - 1) || !is_digit(i + 1)) {
      return false;
    }
  }
  return !plain.empty();
}

// A magnitude that from_chars calls out of range is either huge or too small to tell from zero.
double out_of_range(std::string_view text) noexcept {
  const std::size_t e = text.find_first_of("eE");
  const bool is_tiny = e != std::string_view::npos ? text.find('-', e) != std::string_view::npos
                                                   : text.front() == '0' || text.front() == '.';
  return is_tiny ? 0.0 : HUGE_VAL;
}

}  // namespace

Result<Value> parse_float(std::string_view text) {
  const auto wrong = [&] {
    return value_error("could not convert string to float: " + quoted(text));
  };
  const std::string simple = with_ascii_digits(text);
  std::string_view rest = simple;
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
  const bool is_negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  std::string plain;
  if (!try_without_underscores(rest, plain)) return wrong();
  if (plain[0] == '-' || plain.back() == ')') return wrong();
  double magnitude = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), magnitude);
  if (end != plain.data() + plain.size() || error == std::errc::invalid_argument) return wrong();
  if (error == std::errc::result_out_of_range) magnitude = out_of_range(plain);
  return made(make_float(is_negative ? -magnitude : magnitude));
}

Result<double> to_double(const Value& value) {
  if (const Float* const number = as<Float>(value)) return number->value;
  const Int* const number = as_integer(value);
  if (number == nullptr) return type_error("must be real number, not " + type_name(*value));
  const double converted = number->to_double();
  if (std::isinf(converted))
    return float_error("int too large to convert to float", ErrorKind::kOverflowError);
  return converted;
}

Result<Value> binary_doubles(Operator op, double left, double right) {
  switch (op) {
    case Operator::kAdd:
      return made(make_float(left + right));
    case Operator::kSubtract:
      return made(make_float(left - right));
    case Operator::kMultiply:
      return made(make_float(left * right));
    case Operator::kTrueDivide:
      if (right == 0) return float_error("float division by zero");
      return made(make_float(left / right));
    case Operator::kFloorDivide:
      if (right == 0) return float_error("float floor division by zero");
      return made(make_float(floored_quotient(left, right)));
    case Operator::kModulo:
      if (right == 0) return float_error("float modulo");
      return made(make_float(floored_remainder(left, right)));
    case Operator::kPower: {
      const Result<double> result = double_power(left, right);
      if (!result) return result.failure();
      return made(make_float(*result));
    }
    default:
      return Value();
  }
}

}  // namespace exuvia::types
