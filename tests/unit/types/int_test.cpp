#include "exuvia/types/int.hpp"

#include <cmath>
#include <limits>

#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class IntTest : public TypesTest {};

Value big(std::string_view digits) { return *parse_int(digits, 0); }

TEST_F(IntTest, OfSmallValuesIsOneImmortalObjectEach) {
  for (std::int64_t n = -5; n <= 256; ++n) {
    EXPECT_TRUE(same(integer(n), integer(n))) << n;
    EXPECT_GE(integer(n).use_count(), std::size_t{1} << 30);
    EXPECT_EQ(shown(integer(n)), std::to_string(n));
  }
  EXPECT_FALSE(same(integer(-6), integer(-6)));
  EXPECT_FALSE(same(integer(257), integer(257)));
}

TEST_F(IntTest, IsSharedByHeapsAndThreadsWhereItIsSmall) {
  Heap other;
  const Value here = integer(7);
  const HeapScope scope(other);
  EXPECT_TRUE(same(here, integer(7)));
}

TEST_F(IntTest, IsAsSmallAsItsDigits) {
  const auto bytes = [](const Value& value) {
    return sizeof(runtime::Header) + value.type()->bytes_of(value.get());
  };
  EXPECT_EQ(bytes(integer(1)), 24U);  // CPython: 28
  EXPECT_EQ(bytes(integer(std::int64_t{1} << 40)), 28U);
  EXPECT_EQ(bytes(big("0x1" + std::string(32, '0'))), 40U);
}

TEST_F(IntTest, KeepsEveryValueOf64Bits) {
  for (const std::int64_t n :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1} << 32, std::int64_t{0},
        std::int64_t{1} << 32, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(as_integer(integer(n))->to_int64(), n);
    EXPECT_EQ(shown(integer(n)), std::to_string(n));
  }
  EXPECT_EQ(as_integer(big("9223372036854775808"))->to_int64(), std::nullopt);
  EXPECT_EQ(as_integer(big("-9223372036854775808"))->to_int64(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(as_integer(big("-9223372036854775809"))->to_int64(), std::nullopt);
}

TEST_F(IntTest, GrowsAndShrinksAsItMust) {
  const Value most = integer(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(shown(add(most, integer(1))), "9223372036854775808");
  EXPECT_EQ(shown(subtract(*add(most, integer(1)), integer(1))), "9223372036854775807");
  EXPECT_EQ(shown(multiply(most, most)), "85070591730234615847396907784232501249");
  EXPECT_EQ(shown(subtract(big("100000000000000000000"), big("99999999999999999999"))), "1");
  EXPECT_TRUE(
      same(*subtract(big("100000000000000000000"), big("99999999999999999999")), integer(1)));
}

TEST_F(IntTest, DividesTowardsMinusInfinity) {
  EXPECT_EQ(shown(floor_divide(integer(-7), integer(2))), "-4");
  EXPECT_EQ(shown(modulo(integer(-7), integer(2))), "1");
  EXPECT_EQ(shown(floor_divide(integer(7), integer(-2))), "-4");
  EXPECT_EQ(shown(modulo(integer(7), integer(-2))), "-1");
  EXPECT_EQ(shown(floor_divide(integer(std::numeric_limits<std::int64_t>::min()), integer(-1))),
            "9223372036854775808");
  EXPECT_EQ(shown(floor_divide(integer(1), integer(0))),
            "ZeroDivisionError: integer division or modulo by zero");
  EXPECT_EQ(shown(modulo(integer(1), integer(0))), "ZeroDivisionError: integer modulo by zero");
  EXPECT_EQ(shown(true_divide(integer(1), integer(0))), "ZeroDivisionError: division by zero");
}

TEST_F(IntTest, DividesTrulyToTheNearestDouble) {
  EXPECT_EQ(shown(true_divide(integer(1), integer(3))), "0.3333333333333333");
  EXPECT_EQ(shown(true_divide(big("9007199254740993"), integer(1))), "9007199254740992.0");
  EXPECT_EQ(
      shown(true_divide(*power(integer(10), integer(400)), *power(integer(10), integer(100)))),
      "1e+300");
  EXPECT_EQ(shown(true_divide(*power(integer(10), integer(400)), integer(1))),
            "OverflowError: integer division result too large for a float");
  EXPECT_EQ(shown(true_divide(integer(1), *power(integer(2), integer(1074)))), "5e-324");
  EXPECT_EQ(shown(true_divide(integer(0), big("-100000000000000000000"))), "-0.0");
}

TEST_F(IntTest, RaisesToPowersAndShifts) {
  EXPECT_EQ(shown(power(integer(2), integer(100))), "1267650600228229401496703205376");
  EXPECT_EQ(shown(power(integer(2), integer(-1))), "0.5");
  EXPECT_EQ(shown(power(integer(-1), big("100000000000000000001"))), "-1");
  EXPECT_EQ(shown(power(integer(10), big("100000000000000000000"))), "MemoryError: out of memory");
  const char* const integers_only =
      "TypeError: pow() 3rd argument not allowed unless all arguments are integers";
  EXPECT_EQ(shown(power(real(2), integer(3), integer(5))), integers_only);
  EXPECT_EQ(shown(power(text("a"), integer(3), real(5))), integers_only);
  EXPECT_EQ(shown(binary(Operator::kLeftShift, integer(1), integer(64))), "18446744073709551616");
  EXPECT_EQ(shown(binary(Operator::kRightShift, integer(-1), integer(64))), "-1");
  EXPECT_EQ(shown(binary(Operator::kLeftShift, integer(1), integer(-1))),
            "ValueError: negative shift count");
}

TEST_F(IntTest, OfAnySizeHasNoBitsInCommonWithAFloat) {
  const std::pair<Operator, std::string> operators[] = {{Operator::kLeftShift, "<<"},
                                                        {Operator::kRightShift, ">>"},
                                                        {Operator::kAnd, "&"},
                                                        {Operator::kOr, "|"},
                                                        {Operator::kXor, "^"}};
  for (const auto& [op, symbol] : operators) {
    for (const Value& number : {integer(1), *power(integer(2), integer(1024))}) {
      const std::string refusal = "TypeError: unsupported operand type(s) for " + symbol;
      EXPECT_EQ(shown(binary(op, number, real(1.5))), refusal + ": 'int' and 'float'");
      EXPECT_EQ(shown(binary(op, real(1.5), number)), refusal + ": 'float' and 'int'");
    }
  }
}

TEST_F(IntTest, TakesNegativeNumbersForEndlessBits) {
  EXPECT_EQ(shown(binary(Operator::kAnd, integer(-1), big("0xffffffffffffffffffff"))),
            "1208925819614629174706175");
  EXPECT_EQ(shown(binary(Operator::kOr, integer(-256), integer(255))), "-1");
  EXPECT_EQ(shown(binary(Operator::kXor, integer(-1), integer(0))), "-1");
  EXPECT_EQ(shown(invert(integer(0))), "-1");
}

TEST_F(IntTest, ReadsWhatPythonReads) {
  EXPECT_EQ(shown(parse_int("  -42 ")), "-42");
  EXPECT_EQ(shown(parse_int("1_000")), "1000");
  EXPECT_EQ(shown(parse_int("0x_ff", 16)), "255");
  EXPECT_EQ(shown(parse_int("0b101", 0)), "5");
  EXPECT_EQ(shown(parse_int("z", 36)), "35");
  EXPECT_EQ(shown(parse_int("007", 0)), "ValueError: invalid literal for int() with base 0: '007'");
  EXPECT_EQ(shown(parse_int("1__0")), "ValueError: invalid literal for int() with base 10: '1__0'");
  EXPECT_EQ(shown(parse_int("")), "ValueError: invalid literal for int() with base 10: ''");
  EXPECT_EQ(shown(parse_int("12", 2)), "ValueError: invalid literal for int() with base 2: '12'");
  EXPECT_EQ(shown(parse_int("1", 1)), "ValueError: int() base must be >= 2 and <= 36, or 0");
}

TEST_F(IntTest, EqualsOtherNumbersByValueAndHashesAsThey) {
  EXPECT_EQ(shown(equal(integer(1), real(1.0))), "True");
  EXPECT_EQ(shown(equal(make_bool(true), integer(1))), "True");
  EXPECT_EQ(shown(equal(big("9007199254740993"), real(9007199254740992.0))), "False");
  EXPECT_EQ(shown(less(big("9007199254740993"), real(INFINITY))), "True");
  EXPECT_EQ(*hash(integer(1)), *hash(real(1.0)));
  EXPECT_EQ(*hash(big("0x10000000000000000")), *hash(real(18446744073709551616.0)));
  EXPECT_EQ(*hash(integer(-1)), -2);
  EXPECT_EQ(shown(less(integer(1), text("1"))),
            "TypeError: '<' not supported between instances of 'int' and 'str'");
}

TEST_F(IntTest, SurvivesTheFailureOfEachAllocation) {
  const Value a = big("123456789012345678901234567890");
  const Value b = integer(1000);
  with_each_allocation_failing([&] {
    if (had_memory(multiply(a, a))) (void)had_memory(add(b, b));
  });
}

TEST_F(IntTest, OfBoolsAreTrueAndFalse) {
  EXPECT_EQ(shown(Value(make_bool(true))), "True");
  EXPECT_EQ(shown(add(make_bool(true), make_bool(true))), "2");
  EXPECT_EQ(shown(binary(Operator::kAnd, make_bool(true), make_bool(false))), "False");
  EXPECT_TRUE(same(make_bool(true), make_bool(true)));
}

}  // namespace
}  // namespace exuvia::types
