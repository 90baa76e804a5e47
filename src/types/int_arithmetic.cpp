#include <cmath>
#include <limits>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/big_int.hpp"
#include "types/number.hpp"

namespace exuvia::types {

namespace {

// Results of more bits are refused instead of asking for that much memory.
constexpr std::uint64_t kMostBits = std::uint64_t{1} << 35;

Error division_by_zero(const char* what) { return {ErrorKind::kZeroDivisionError, what}; }

Result<Value> as_value(double number) { return made(make_float(number)); }

// The result where both operands and it fit 64 bits; else nothing.
std::optional<std::int64_t> small_result(Operator op, std::int64_t a, std::int64_t b) noexcept {
  std::int64_t result = 0;
  switch (op) {
    case Operator::kAdd:
      if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
      return result;
    case Operator::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
      return result;
    case Operator::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
      return result;
    case Operator::kAnd:
      return a & b;
    case Operator::kOr:
      return a | b;
    case Operator::kXor:
      return a ^ b;
    case Operator::kFloorDivide:
    case Operator::kModulo: {
      if (b == 0 || b == -1) return std::nullopt;
      const std::int64_t remainder = a % b;
      const bool is_rounded_up = remainder != 0 && (remainder < 0) != (b < 0);
      if (op == Operator::kModulo) return is_rounded_up ? remainder + b : remainder;
      return a / b - (is_rounded_up ? 1 : 0);
    }
    default:
      return std::nullopt;
  }
}

Result<Value> true_quotient(const Int& left, const Int& right) {
  if (right.size == 0) return division_by_zero("division by zero");
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  const auto a = left.to_int64();
  const auto b = right.to_int64();
  if (a && b && std::llabs(*a) <= kExact && *a != std::numeric_limits<std::int64_t>::min() &&
      *b != std::numeric_limits<std::int64_t>::min() && std::llabs(*b) <= kExact) {
    return as_value(static_cast<double>(*a) / static_cast<double>(*b));
  }
  const double quotient = nearest_quotient(Big(left), Big(right));
  if (std::isinf(quotient)) {
    return Error{ErrorKind::kOverflowError, "integer division result too large for a float"};
  }
  return as_value(quotient);
}

Result<Value> int_power(const Int& base, const Int& exponent) {
  if (exponent.size < 0) {
    const double b = base.to_double();
    const double e = exponent.to_double();
    if (std::isinf(b) || std::isinf(e))
      return Error{ErrorKind::kOverflowError, "int too large to convert to float"};
    return binary_doubles(Operator::kPower, b, e);
  }
  const Big number(base);
  const bool is_trivial = mpz_cmpabs_ui(number.get(), 1) <= 0;
  const auto count = exponent.to_int64();
  if (!is_trivial && (!count || mpz_sizeinbase(number.get(), 2) >
                                    kMostBits / static_cast<std::uint64_t>(*count + 1))) {
    return out_of_memory();
  }
  Big result;
  const unsigned long least = exponent.size == 0 ? 0 : 2 - exponent.digit % 2;  // same parity
  mpz_pow_ui(result.get(), number.get(), is_trivial ? least : static_cast<unsigned long>(*count));
  return result.to_value();
}

Result<Value> shifted(const Int& number, const Int& by, bool to_the_left) {
  if (by.size < 0) return value_error("negative shift count");
  const auto count = by.to_int64();
  Big result(number);
  if (to_the_left) {
    if (number.size == 0) return made(make_int(0));
    if (!count) return Error{ErrorKind::kOverflowError, "too many digits in integer"};
    if (static_cast<std::uint64_t>(*count) > kMostBits) return out_of_memory();
    mpz_mul_2exp(result.get(), result.get(), static_cast<mp_bitcnt_t>(*count));
  } else {
    if (!count) return made(make_int(number.size < 0 ? -1 : 0));
    mpz_fdiv_q_2exp(result.get(), result.get(), static_cast<mp_bitcnt_t>(*count));
  }
  return result.to_value();
}

Result<Value> big_result(Operator op, const Int& left, const Int& right) {
  const Big a(left);
  const Big b(right);
  Big result;
  switch (op) {
    case Operator::kAdd:
      mpz_add(result.get(), a.get(), b.get());
      break;
    case Operator::kSubtract:
      mpz_sub(result.get(), a.get(), b.get());
      break;
    case Operator::kMultiply:
      mpz_mul(result.get(), a.get(), b.get());
      break;
    case Operator::kFloorDivide:
      mpz_fdiv_q(result.get(), a.get(), b.get());
      break;
    case Operator::kModulo:
      mpz_fdiv_r(result.get(), a.get(), b.get());
      break;
    case Operator::kAnd:
      mpz_and(result.get(), a.get(), b.get());
      break;
    case Operator::kOr:
      mpz_ior(result.get(), a.get(), b.get());
      break;
    default:
      mpz_xor(result.get(), a.get(), b.get());
  }
  return result.to_value();
}

}  // namespace

Result<Value> binary_ints(Operator op, const Int& left, const Int& right) {
  const auto a = left.to_int64();
  const auto b = right.to_int64();
  if (a && b) {
    if (const auto result = small_result(op, *a, *b)) return made(make_int(*result));
  }
  switch (op) {
    case Operator::kTrueDivide:
      return true_quotient(left, right);
    case Operator::kPower:
      return int_power(left, right);
    case Operator::kLeftShift:
    case Operator::kRightShift:
      return shifted(left, right, op == Operator::kLeftShift);
    case Operator::kFloorDivide:
    case Operator::kModulo:
      if (right.size == 0)
        return division_by_zero(op == Operator::kModulo ? "integer modulo by zero"
                                                        : "integer division or modulo by zero");
      return big_result(op, left, right);
    default:
      return big_result(op, left, right);
  }
}

Result<Value> unary_int(UnaryOperator op, const Int& self) {
  Big result(self);
  switch (op) {
    case UnaryOperator::kNegative:
      mpz_neg(result.get(), result.get());
      break;
    case UnaryOperator::kInvert:
      mpz_com(result.get(), result.get());
      break;
    case UnaryOperator::kAbsolute:
      mpz_abs(result.get(), result.get());
      break;
    case UnaryOperator::kPositive:
      break;
  }
  return result.to_value();
}

}  // namespace exuvia::types
