#include "exuvia/types/rounding.hpp"

#include <charconv>
#include <cmath>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/big_int.hpp"
#include "types/special_methods.hpp"

namespace exuvia::types {

namespace {

// The answer of the number's special method; a failure, saying `otherwise`, if its class has none.
Result<Value> ask(const Value& number, const AsciiName& method, const std::string& otherwise,
                  std::initializer_list<Value> arguments = {}) {
  Result<Value> answer = types::ask(*number, method, arguments);
  return !answer || *answer ? answer : type_error(otherwise);
}

// As `cut`, std::floor or another, has it.
Result<Value> whole(const Value& number, double (*cut)(double), const AsciiName& method,
                    const std::string& otherwise) {
  if (as_integer(number) != nullptr) return positive(number);
  if (const Float* const real = as<Float>(number)) return int_of_double(cut(real->value));
  return ask(number, method, otherwise);
}

std::string lacks(const Value& value, std::string_view method) {
  return "type " + type_name(*value) + " doesn't define " + std::string(method) + " method";
}
std::string is_no_number(const Value& value) {
  return "must be real number, not " + type_name(*value);
}

// Of negative digits, the least of which has no positive of its own.
std::uint64_t zeros_of(std::int64_t digits) { return 0 - static_cast<std::uint64_t>(digits); }

// Rounds a magnitude to a multiple of 10**zeros, the even one of two. `has_more`: it was cut off a
// greater one.
void round_to_zeros(Big& magnitude, std::uint64_t zeros, bool has_more) {
  if (zeros > mpz_sizeinbase(magnitude.get(), 10)) {
    mpz_set_ui(magnitude.get(), 0);
    return;
  }
  Big unit;
  Big rest;
  mpz_ui_pow_ui(unit.get(), 10, zeros);
  mpz_fdiv_qr(magnitude.get(), rest.get(), magnitude.get(), unit.get());
  mpz_mul_2exp(rest.get(), rest.get(), 1);
  const int half = mpz_cmp(rest.get(), unit.get());
  if (half > 0 || (half == 0 && (has_more || mpz_odd_p(magnitude.get()) != 0)))
    mpz_add_ui(magnitude.get(), magnitude.get(), 1);
  mpz_mul(magnitude.get(), magnitude.get(), unit.get());
}

Result<Value> round_int(const Int& number, std::int64_t digits) {
  Big rounded(number);
  mpz_abs(rounded.get(), rounded.get());
  round_to_zeros(rounded, zeros_of(digits), false);
  if (number.size < 0) mpz_neg(rounded.get(), rounded.get());
  return rounded.to_value();
}

// Through the exact decimals, which are rounded once, and read back.
double round_to_decimals(double value, std::int64_t digits) {
  char text[800];  // 309 digits, a point, and 323 decimals at most
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                                 static_cast<int>(digits));
  double rounded = 0;
  std::from_chars(text, end.ptr, rounded);
  return rounded;
}

Result<double> round_to_tens(double value, std::int64_t digits) {
  const double cut = std::trunc(std::fabs(value));
  Big rounded;
  mpz_set_d(rounded.get(), cut);
  round_to_zeros(rounded, zeros_of(digits), cut != std::fabs(value));
  const Result<Value> number = rounded.to_value();
  if (!number) return number.failure();
  const double magnitude = as_integer(*number)->to_double();
  if (std::isinf(magnitude))
    return Error{ErrorKind::kOverflowError, "rounded value too large to represent"};
  return std::copysign(magnitude, value);
}

Result<Value> round_double(double value, std::int64_t digits) {
  constexpr std::int64_t kMostDecimals = 323;  // what more of them say is 0
  constexpr std::int64_t kMostZeros = 308;     // half of the next ten is no double any more
  if (!std::isfinite(value) || digits > kMostDecimals) return made(make_float(value));
  if (digits < -kMostZeros) return made(make_float(std::copysign(0.0, value)));
  if (digits >= 0) return made(make_float(round_to_decimals(value, digits)));
  const Result<double> rounded = round_to_tens(value, digits);
  if (!rounded) return rounded.failure();
  return made(make_float(*rounded));
}

}  // namespace

Result<Value> round(const Value& number) {
  constexpr auto kToEven = [](double value) { return std::nearbyint(value); };
  return whole(number, kToEven, "__round__", lacks(number, "__round__"));
}

Result<Value> round(const Value& number, std::int64_t digits) {
  if (const Int* const integer = as_integer(number))
    return digits >= 0 ? positive(number) : round_int(*integer, digits);
  if (const Float* const real = as<Float>(number)) return round_double(real->value, digits);
  const Ref<Int> count = make_int(digits);
  if (!count) return out_of_memory();
  return ask(number, "__round__", lacks(number, "__round__"), {count});
}

Result<Value> floor(const Value& number) {
  return whole(
      number, [](double value) { return std::floor(value); }, "__floor__", is_no_number(number));
}
Result<Value> ceil(const Value& number) {
  return whole(
      number, [](double value) { return std::ceil(value); }, "__ceil__", is_no_number(number));
}
Result<Value> trunc(const Value& number) {
  return whole(
      number, [](double value) { return std::trunc(value); }, "__trunc__",
      lacks(number, "__trunc__"));
}

}  // namespace exuvia::types
