// What only whole numbers do.
#include <bit>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/big_int.hpp"
#include "types/bytes_view.hpp"

namespace exuvia::types {

namespace {

Error overflow(const char* message) { return {ErrorKind::kOverflowError, message}; }

int order_of(ByteOrder order) noexcept { return order == ByteOrder::kBig ? 1 : -1; }

// Whether the number fits so many bits, one of them for the sign if it is signed.
bool fits(const Big& number, std::uint64_t bits, Sign sign) {
  const int signum = mpz_sgn(number.get());
  if (signum == 0) return true;
  const std::uint64_t room = sign == Sign::kSigned ? (bits == 0 ? 0 : bits - 1) : bits;
  if (signum > 0) return mpz_sizeinbase(number.get(), 2) <= room;
  // -2^n fits n bits beside the sign.
  Big below;
  mpz_com(below.get(), number.get());
  return bits > 0 && (mpz_sgn(below.get()) == 0 || mpz_sizeinbase(below.get(), 2) <= room);
}

}  // namespace

std::size_t bit_length(const Int& number) noexcept {
  const auto digits = number.digits();
  if (digits.empty()) return 0;
  return digits.size() * 32 - static_cast<std::size_t>(std::countl_zero(digits.back()));
}

std::size_t bit_count(const Int& number) noexcept {
  std::size_t bits = 0;
  for (const std::uint32_t digit : number.digits())
    bits += static_cast<std::size_t>(std::popcount(digit));
  return bits;
}

Result<Ref<Bytes>> to_bytes(const Int& number, std::int64_t length, ByteOrder order, Sign sign) {
  if (length < 0) return value_error("length argument must be non-negative");
  Big value(number);
  if (number.size < 0 && sign == Sign::kUnsigned)
    return overflow("can't convert negative int to unsigned");
  const auto count = static_cast<std::size_t>(length);
  if (count > kMostBytes) return out_of_memory();
  if (!fits(value, count * 8, sign)) return overflow("int too big to convert");
  if (number.size < 0) {
    Big modulus;
    mpz_setbit(modulus.get(), count * 8);
    mpz_add(value.get(), value.get(), modulus.get());
  }
  std::string bytes((mpz_sizeinbase(value.get(), 2) + 7) / 8, '\0');
  std::size_t written = 0;
  mpz_export(bytes.data(), &written, order_of(order), 1, 0, 0, value.get());
  bytes.resize(written);
  bytes.insert(order == ByteOrder::kBig ? 0 : written, count - written, '\0');
  Ref<Bytes> result = make_bytes(bytes);
  if (!result) return out_of_memory();
  return result;
}

Result<Value> int_from_bytes(const Value& value, ByteOrder order, Sign sign) {
  if (is<Str>(value)) return type_error("cannot convert 'str' object to bytes");
  const Result<std::string> bytes = gather_bytes(value, "bytes");
  if (!bytes) return bytes.failure();
  Big number;
  mpz_import(number.get(), bytes->size(), order_of(order), 1, 0, 0, bytes->data());
  const std::size_t bits = bytes->size() * 8;
  if (sign == Sign::kSigned && bits > 0 && mpz_tstbit(number.get(), bits - 1) != 0) {
    Big modulus;
    mpz_setbit(modulus.get(), bits);
    mpz_sub(number.get(), number.get(), modulus.get());
  }
  return number.to_value();
}

Result<Value> divmod(const Value& left, const Value& right) {
  const auto is_number = [](const Value& v) { return is<Float>(v) || as_integer(v) != nullptr; };
  if (!is_number(left) || !is_number(right)) {
    return type_error("unsupported operand type(s) for divmod(): '" + type_name(*left) + "' and '" +
                      type_name(*right) + "'");
  }
  Result<Value> quotient = floor_divide(left, right);
  const bool is_float = is<Float>(left) || is<Float>(right);
  if (!quotient && quotient.error().kind == ErrorKind::kZeroDivisionError && is_float)
    return Error{ErrorKind::kZeroDivisionError, "float divmod()"};
  if (!quotient) return quotient;
  Result<Value> remainder = modulo(left, right);
  if (!remainder) return remainder;
  return made(types::make_tuple({*quotient, *remainder}));
}

Result<Value> power(const Value& base, const Value& exponent, const Value& modulus) {
  const Int* const b = as_integer(base);
  const Int* const e = as_integer(exponent);
  const Int* const m = as_integer(modulus);
  if (is<Float>(base) || is<Float>(exponent) || is<Float>(modulus))
    return type_error("pow() 3rd argument not allowed unless all arguments are integers");
  if (b == nullptr || e == nullptr || m == nullptr) {
    return type_error("unsupported operand type(s) for ** or pow(): '" + type_name(*base) + "', '" +
                      type_name(*exponent) + "', '" + type_name(*modulus) + "'");
  }
  if (m->size == 0) return value_error("pow() 3rd argument cannot be 0");
  const Big divisor(*m);
  Big result(*b);
  Big times(*e);
  if (e->size < 0) {
    if (mpz_invert(result.get(), result.get(), divisor.get()) == 0)
      return value_error("base is not invertible for the given modulus");
    mpz_neg(times.get(), times.get());
  }
  mpz_powm(result.get(), result.get(), times.get(), divisor.get());
  mpz_fdiv_r(result.get(), result.get(), divisor.get());  // with the sign of the modulus
  return result.to_value();
}

}  // namespace exuvia::types
