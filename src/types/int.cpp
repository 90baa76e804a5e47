#include "exuvia/types/int.hpp"

#include <array>
#include <cmath>
#include <compare>
#include <limits>
#include <utility>

#include "exuvia/types/float.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/ascii_digits.hpp"
#include "types/big_int.hpp"
#include "types/format_spec.hpp"
#include "types/number.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

std::size_t size_of_int(const void* object) noexcept {
  const auto& self = *static_cast<const Int*>(object);
  const std::size_t count = self.digits().size();
  return sizeof(Int) + (count > 1 ? (count - 1) * sizeof(self.digit) : 0);
}

const Int& int_in(const Object& object) noexcept { return static_cast<const Int&>(object); }

Result<Hash> hash_int(const Object& object) {
  constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;  // CPython's _PyHASH_MODULUS
  const Int& self = int_in(object);
  const auto digits = self.digits();
  std::uint64_t remainder = 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    // Times 2^32 modulo 2^61-1 is a rotation of 61 bits.
    remainder = ((remainder << 32) & kPrime) | remainder >> 29;
    remainder += digits[i];
    if (remainder >= kPrime) remainder -= kPrime;
  }
  const auto hash = static_cast<Hash>(remainder) * (self.size < 0 ? -1 : 1);
  return hash == -1 ? -2 : hash;
}

Result<void> repr_int(const Object& object, std::string& out) {
  out += int_in(object).to_string();
  return {};
}

Result<bool> truth_of_int(const Object& object) { return int_in(object).size != 0; }

Result<void> repr_bool(const Object& object, std::string& out) {
  out += int_in(object).size != 0 ? "True" : "False";
  return {};
}

constexpr Protocol int_protocol() noexcept {
  return {.equal = &equal_numbers,
          .hash = &hash_int,
          .order = &order_numbers,
          .repr = &repr_int,
          .format = &format_int,
          .truth = &truth_of_int,
          .binary = &binary_numbers,
          .unary = &unary_number};
}

constexpr Protocol bool_protocol() noexcept {
  Protocol protocol = int_protocol();
  protocol.repr = &repr_bool;
  return protocol;
}

}  // namespace

constinit const Type Int::type{{.name = "int", .size = sizeof(Int), .size_of = &size_of_int},
                               int_protocol()};
constinit const Type Bool::type{{.name = "bool", .size = sizeof(Bool)}, bool_protocol()};

namespace {

constinit const runtime::Binding int_binding{&Int::type, nullptr};
constinit const runtime::Binding bool_binding{&Bool::type, nullptr};

constexpr std::size_t kCached = kLargestCachedInt - kSmallestCachedInt + 1;

constexpr Immortal<Int> cached_int(std::int64_t value) {
  const std::int32_t size = value == 0 ? 0 : value < 0 ? -1 : 1;
  const auto digit = static_cast<std::uint32_t>(value < 0 ? -value : value);
  return Immortal<Int>(int_binding, Object{}, size, digit);
}

template <std::size_t... I>
constexpr std::array<Immortal<Int>, sizeof...(I)> cached_ints(std::index_sequence<I...>) {
  return {cached_int(static_cast<std::int64_t>(I) + kSmallestCachedInt)...};
}

constinit std::array<Immortal<Int>, kCached> cache =
    cached_ints(std::make_index_sequence<kCached>());
constinit Immortal<Bool> bools[] = {Immortal<Bool>(bool_binding, Int{{}, 0, 0}),
                                    Immortal<Bool>(bool_binding, Int{{}, 1, 1})};

Ref<Int> try_int(std::int32_t size, std::size_t digits) noexcept {
  const std::size_t tail = digits > 1 ? (digits - 1) * sizeof(std::uint32_t) : 0;
  return try_atom_of<Int>(sizeof(Int) + tail, size, 0U);
}

}  // namespace

Ref<Int> make_int(std::int64_t value) noexcept {
  if (value >= kSmallestCachedInt && value <= kLargestCachedInt)
    return Ref<Int>::adopt(&cache[static_cast<std::size_t>(value - kSmallestCachedInt)].object);
  const std::uint64_t magnitude =
      value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  const auto low = static_cast<std::uint32_t>(magnitude);
  const auto high = static_cast<std::uint32_t>(magnitude >> 32);
  if (high == 0) [[likely]]
    return try_atom<Int>(value < 0 ? -1 : 1, low);
  Ref<Int> result = try_int(value < 0 ? -2 : 2, 2);
  if (!result) return result;
  result->digit = low;
  (&result->digit)[1] = high;
  return result;
}

Ref<Bool> make_bool(bool value) noexcept { return Ref<Bool>::adopt(&bools[value ? 1 : 0].object); }

Result<Value> Big::to_value() const {
  if (mpz_fits_slong_p(value_) != 0) return made(make_int(mpz_get_si(value_)));
  const std::size_t count = (mpz_sizeinbase(value_, 2) + 31) / 32;
  if (count > std::numeric_limits<std::int32_t>::max()) return out_of_memory();
  const auto size = static_cast<std::int32_t>(count);
  Ref<Int> result = try_int(mpz_sgn(value_) < 0 ? -size : size, count);
  if (!result) return out_of_memory();
  mpz_export(&result->digit, nullptr, -1, sizeof(std::uint32_t), 0, 0, value_);
  return Value(std::move(result));
}

std::optional<std::int64_t> Int::to_int64() const noexcept {
  if (size >= -1 && size <= 1) return size * static_cast<std::int64_t>(digit);
  if (size < -2 || size > 2) return std::nullopt;
  const std::uint64_t magnitude = (std::uint64_t{digits()[1]} << 32) | digit;
  constexpr std::uint64_t kMinimum = std::uint64_t{1} << 63;
  if (magnitude > kMinimum || (magnitude == kMinimum && size > 0)) return std::nullopt;
  return static_cast<std::int64_t>(size < 0 ? ~magnitude + 1 : magnitude);
}

double Int::to_double() const {
  if (const auto small = to_int64()) return static_cast<double>(*small);
  Big one;
  mpz_set_ui(one.get(), 1);
  return nearest_quotient(Big(*this), one);
}

std::string Int::to_string(int base) const {
  const Big big(*this);
  std::string text(mpz_sizeinbase(big.get(), base) + 2, '\0');
  mpz_get_str(text.data(), base, big.get());
  text.resize(text.find('\0'));
  return text;
}

double nearest_quotient(const Big& a, const Big& b) {
  // A quotient of 63 or 64 bits whose last bit also stands for all that follow it is exact in a
  // long double, and is rounded once, on the way to a double.
  const auto bits = [](const Big& n) { return static_cast<long>(mpz_sizeinbase(n.get(), 2)); };
  if (mpz_sgn(a.get()) == 0) return mpz_sgn(b.get()) < 0 ? -0.0 : 0.0;
  const long shift = 63 - (bits(a) - bits(b));
  Big numerator;
  Big denominator;
  mpz_mul_2exp(numerator.get(), a.get(), static_cast<mp_bitcnt_t>(shift > 0 ? shift : 0));
  mpz_mul_2exp(denominator.get(), b.get(), static_cast<mp_bitcnt_t>(shift < 0 ? -shift : 0));
  const bool is_negative = mpz_sgn(a.get()) * mpz_sgn(b.get()) < 0;
  mpz_abs(numerator.get(), numerator.get());
  mpz_abs(denominator.get(), denominator.get());
  Big quotient;
  Big remainder;
  mpz_tdiv_qr(quotient.get(), remainder.get(), numerator.get(), denominator.get());
  std::uint64_t mantissa = mpz_get_ui(quotient.get());
  if (mpz_sgn(remainder.get()) != 0) mantissa |= 1;
  const long clamped = std::min(std::max(-shift, -20'000L), 20'000L);
  const long double result =
      std::ldexp(static_cast<long double>(mantissa), static_cast<int>(clamped));
  return static_cast<double>(is_negative ? -result : result);
}

const Int* as_integer(const Object& value) noexcept {
  return is<Int>(value) || is<Bool>(value) ? static_cast<const Int*>(&value) : nullptr;
}

namespace {

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

int base_of_prefix(std::string_view text) noexcept {
  if (text.size() < 2 || text[0] != '0') return 0;
  const char letter = static_cast<char>(text[1] | 0x20);
  return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
}

// Removes the underscores, each of which must stand between two digits, or after a prefix.
bool try_digits(std::string_view text, bool after_prefix, std::string& digits) {
  bool may_separate = after_prefix;
  for (const char c : text) {
    if (c == '_') {
      if (!may_separate) return false;
      may_separate = false;
    } else {
      if (!std::isalnum(static_cast<unsigned char>(c))) return false;
      digits += c;
      may_separate = true;
    }
  }
  return !digits.empty() && text.back() != '_';
}

}  // namespace

Result<Value> parse_int(std::string_view text, int base) {
  if (base != 0 && (base < 2 || base > 36))
    return value_error("int() base must be >= 2 and <= 36, or 0");
  const auto wrong = [&] {
    return value_error("invalid literal for int() with base " + std::to_string(base) + ": " +
                       quoted(text));
  };
  const std::string simple = with_ascii_digits(text);
  std::string_view rest = without_blanks(simple);
  const bool is_negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  const int prefix = base_of_prefix(rest);
  const bool has_prefix = prefix != 0 && (base == 0 || base == prefix);
  if (has_prefix) rest.remove_prefix(2);
  const int used = has_prefix ? prefix : base == 0 ? 10 : base;
  std::string digits = is_negative ? "-" : "";
  std::string magnitude;
  if (!try_digits(rest, has_prefix, magnitude)) return wrong();
  const bool is_zero = magnitude.find_first_not_of('0') == std::string::npos;
  if (base == 0 && !has_prefix && magnitude[0] == '0' && !is_zero) return wrong();
  digits += magnitude;
  Big number;
  if (mpz_set_str(number.get(), digits.c_str(), used) != 0) return wrong();
  return number.to_value();
}

Result<Value> int_of_double(double value) {
  if (std::isnan(value)) return value_error("cannot convert float NaN to integer");
  if (std::isinf(value)) {
    return Error{ErrorKind::kOverflowError, "cannot convert float infinity to integer"};
  }
  Big number;
  mpz_set_d(number.get(), value);
  return number.to_value();
}

}  // namespace exuvia::types
