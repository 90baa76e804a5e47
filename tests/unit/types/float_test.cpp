#include "exuvia/types/float.hpp"

#include <cmath>

#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class FloatTest : public TypesTest {};

TEST_F(FloatTest, ShowsTheShortestTextThatReadsBack) {
  EXPECT_EQ(float_to_string(0.1), "0.1");
  EXPECT_EQ(float_to_string(1.0), "1.0");
  EXPECT_EQ(float_to_string(-0.0), "-0.0");
  EXPECT_EQ(float_to_string(1e15), "1000000000000000.0");
  EXPECT_EQ(float_to_string(1e16), "1e+16");
  EXPECT_EQ(float_to_string(1.5e300), "1.5e+300");
  EXPECT_EQ(float_to_string(0.0001), "0.0001");
  EXPECT_EQ(float_to_string(0.00001), "1e-05");
  EXPECT_EQ(float_to_string(123456.789), "123456.789");
  EXPECT_EQ(float_to_string(5e-324), "5e-324");
  EXPECT_EQ(float_to_string(INFINITY), "inf");
  EXPECT_EQ(float_to_string(-INFINITY), "-inf");
  EXPECT_EQ(float_to_string(NAN), "nan");
}

TEST_F(FloatTest, ReadsWhatPythonReads) {
  EXPECT_EQ(shown(parse_float(" 1_0.5e1 ")), "105.0");
  EXPECT_EQ(shown(parse_float("+.5")), "0.5");
  EXPECT_EQ(shown(parse_float("-Infinity")), "-inf");
  EXPECT_EQ(shown(parse_float("1e999")), "inf");
  EXPECT_EQ(shown(parse_float("1e-999")), "0.0");
  EXPECT_EQ(shown(parse_float("--1")), "ValueError: could not convert string to float: '--1'");
  EXPECT_EQ(shown(parse_float("")), "ValueError: could not convert string to float: ''");
  EXPECT_EQ(shown(parse_float("nan(1)")),
            "ValueError: could not convert string to float: 'nan(1)'");
}

TEST_F(FloatTest, ComputesAsPythonDoes) {
  EXPECT_EQ(shown(floor_divide(real(-7.5), real(2))), "-4.0");
  EXPECT_EQ(shown(modulo(real(-7.5), real(2))), "0.5");
  EXPECT_EQ(shown(modulo(real(5), real(-3))), "-1.0");
  EXPECT_EQ(shown(add(integer(1), real(0.5))), "1.5");
  EXPECT_EQ(shown(power(real(2), real(0.5))), "1.4142135623730951");
  EXPECT_EQ(shown(true_divide(real(1), real(0))), "ZeroDivisionError: float division by zero");
  EXPECT_EQ(shown(power(real(0), real(-1))),
            "ZeroDivisionError: 0.0 cannot be raised to a negative power");
  EXPECT_EQ(shown(power(real(1e200), real(2))),
            "OverflowError: (34, 'Numerical result out of range')");
  EXPECT_EQ(shown(add(*power(integer(10), integer(400)), real(1))),
            "OverflowError: int too large to convert to float");
  EXPECT_EQ(shown(add(real(1), text("x"))),
            "TypeError: unsupported operand type(s) for +: 'float' and 'str'");
}

TEST_F(FloatTest, OrdersNothingBesideNan) {
  EXPECT_EQ(shown(equal(real(NAN), real(NAN))), "False");
  EXPECT_EQ(shown(less(real(NAN), integer(1))), "False");
  EXPECT_EQ(shown(less_equal(integer(1), real(NAN))), "False");
}

TEST_F(FloatTest, TakesNoMoreMemoryThanPythons) {
  EXPECT_EQ(sizeof(runtime::Header) + Float::type.size, 24U);
}

}  // namespace
}  // namespace exuvia::types
