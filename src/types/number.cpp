#include "types/number.hpp"

#include <cmath>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/big_int.hpp"

namespace exuvia::types {

namespace {

template <class Number>
Ordering ordering_of(Number a, Number b) noexcept {
  return a < b ? Ordering::kLess : b < a ? Ordering::kGreater : Ordering::kEqual;
}

Ordering order_doubles(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return Ordering::kUnordered;
  return ordering_of(a, b);
}

Ordering order_ints(const Int& a, const Int& b) {
  const auto small_a = a.to_int64();
  const auto small_b = b.to_int64();
  if (small_a && small_b) return ordering_of(*small_a, *small_b);
  return ordering_of(mpz_cmp(Big(a).get(), Big(b).get()), 0);
}

Ordering order_int_and_double(const Int& a, double b) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (std::isnan(b)) return Ordering::kUnordered;
  const auto small = a.to_int64();
  if (small && *small >= -kExact && *small <= kExact)
    return ordering_of(static_cast<double>(*small), b);
  if (std::isinf(b)) return b > 0 ? Ordering::kLess : Ordering::kGreater;
  return ordering_of(mpz_cmp_d(Big(a).get(), b), 0);
}

bool is_number(const Object& object) noexcept {
  return is<Float>(object) || as_integer(object) != nullptr;
}

// <<, >>, &, | and ^, the last of all.
bool is_of_ints_only(Operator op) noexcept { return op >= Operator::kLeftShift; }

Ordering reversed(Ordering ordering) noexcept {
  if (ordering == Ordering::kLess) return Ordering::kGreater;
  if (ordering == Ordering::kGreater) return Ordering::kLess;
  return ordering;
}

}  // namespace

Result<Ordering> order_numbers(const Object& self, const Object& other) {
  if (!is_number(other)) return Ordering::kUnsupported;
  const Int* const a = as_integer(self);
  const Int* const b = as_integer(other);
  if (a != nullptr && b != nullptr) return order_ints(*a, *b);
  if (a != nullptr) return order_int_and_double(*a, as<Float>(other)->value);
  if (b != nullptr) return reversed(order_int_and_double(*b, as<Float>(self)->value));
  return order_doubles(as<Float>(self)->value, as<Float>(other)->value);
}

Result<bool> equal_numbers(const Object& self, const Object& other) {
  const Result<Ordering> ordering = order_numbers(self, other);
  return *ordering == Ordering::kEqual;
}

Result<Value> binary_numbers(Operator op, const Value& left, const Value& right) {
  if (!is_number(*left) || !is_number(*right)) return Value();
  const Int* const a = as_integer(left);
  const Int* const b = as_integer(right);
  if (a != nullptr && b != nullptr) {
    const bool is_logical = op == Operator::kAnd || op == Operator::kOr || op == Operator::kXor;
    if (!is_logical || !is<Bool>(left) || !is<Bool>(right)) return binary_ints(op, *a, *b);
    const bool x = a->size != 0;
    const bool y = b->size != 0;
    return made(make_bool(op == Operator::kAnd ? x && y : op == Operator::kOr ? x || y : x != y));
  }
  if (is_of_ints_only(op)) return Value();
  const Result<double> x = to_double(left);
  if (!x) return x.failure();
  const Result<double> y = to_double(right);
  if (!y) return y.failure();
  return binary_doubles(op, *x, *y);
}

Result<Value> unary_number(UnaryOperator op, const Value& self) {
  if (const Int* const number = as_integer(self)) return unary_int(op, *number);
  const double value = as<Float>(self)->value;
  if (op == UnaryOperator::kInvert) return Value();
  if (op == UnaryOperator::kPositive) return self;
  return made(make_float(op == UnaryOperator::kNegative ? -value : std::fabs(value)));
}

}  // namespace exuvia::types
