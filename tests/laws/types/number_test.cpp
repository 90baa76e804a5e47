#include <bit>
#include <cmath>
#include <limits>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/rounding.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class NumberDifferentialTest : public DifferentialTest {
 protected:
  // Of up to so many bits.
  Value random_int(std::uint64_t bits) {
    Value number = integer(between(-3, 3));
    for (std::uint64_t n = below(bits / 16 + 1); n > 0; --n) {
      const Value shifted = *binary(Operator::kLeftShift, number, integer(16));
      number = *add(shifted, integer(between(-1, 0xFFFF)));
    }
    return number;
  }
  double random_double() {
    switch (below(6)) {
      case 0:
        return static_cast<double>(between(-1000, 1000));
      case 1:
        return std::ldexp(static_cast<double>(between(-99, 99)),
                          static_cast<int>(between(-1080, 970)));
      case 2:
        return static_cast<double>(between(-1000, 1000)) / 8;
      default:
        return std::bit_cast<double>(below(UINT64_MAX));
    }
  }
};

TEST_F(NumberDifferentialTest, NumbersAreRoundedAlike) {
  statement("import math");
  const auto rounded = [this](const Value& number) {
    const std::string n = "(" + std::string(is<Float>(number) ? "float('" : "") + shown(number) +
                          (is<Float>(number) ? "'))" : ")");
    const std::int64_t digits = below(4) == 0 ? between(-400, 400) : between(-22, 22);
    expect({"round", n}, round(number));
    expect({"round(", n, ", ", std::to_string(digits), ")"}, round(number, digits));
    expect({"math.floor", n}, floor(number));
    expect({"math.ceil", n}, ceil(number));
    expect({"math.trunc", n}, trunc(number));
  };
  for (int i = 0; i < 500; ++i) {
    rounded(random_int(below(3) == 0 ? 300 : 40));
    rounded(integer(between(-100, 100) * 5));
    rounded(real(random_double()));
    rounded(real(static_cast<double>(between(-100'000, 100'000)) / 1000));
    rounded(real(static_cast<double>(between(-1000, 1000)) * 2.5));
  }
  for (const double value :
       {0.5, -0.5, 1.5, 2.5, -2.5, 2.675, 1e308, 1.7976931348623157e308, 5e-324, -0.0})
    rounded(real(value));
  for (int digits = -309; digits < -305; ++digits)
    expect({"round(1.7e308, ", std::to_string(digits), ")"}, round(real(1.7e308), digits));
  // Python would compute the power of ten.
  expect("round(5, -400)", round(integer(5), std::numeric_limits<std::int64_t>::min()));
  expect("round(True)", round(make_bool(true)));
  expect("round(True, -1)", round(make_bool(true), -1));
  expect("round('a')", round(text("a")));
  expect("round('a', 1)", round(text("a"), 1));
  expect("math.floor('a')", floor(text("a")));
  expect("math.ceil([])", ceil(make_list()));
  expect("math.trunc('a')", trunc(text("a")));
  compare();
}

TEST_F(NumberDifferentialTest, IntsBecomeBytesAndBackAlike) {
  for (int i = 0; i < 2000; ++i) {
    const Value number = random_int(below(3) == 0 ? 200 : 32);
    const std::string n = shown(number);
    const std::int64_t length = between(-1, 9);
    const bool is_big = below(2) == 0;
    const bool is_signed = below(2) == 0;
    const ByteOrder order = is_big ? ByteOrder::kBig : ByteOrder::kLittle;
    const Sign sign = is_signed ? Sign::kSigned : Sign::kUnsigned;
    const std::string how = std::string(is_big ? "'big'" : "'little'") +
                            (is_signed ? ", signed=True" : ", signed=False");
    const Int& whole = *as_integer(number);
    expect({"(", n, ").bit_length()"}, Result<std::size_t>(bit_length(whole)));
    expect({"(", n, ").bit_count()"}, Result<std::size_t>(bit_count(whole)));
    const Result<Ref<Bytes>> bytes = to_bytes(whole, length, order, sign);
    // CPython takes -1 in no bytes for b'', by mistake.
    if (length > 0 || n != "-1")
      expect({"(", n, ").to_bytes(", std::to_string(length), ", ", how, ")"}, bytes);
    if (!bytes) continue;
    const std::string b = shown(Value(*bytes));
    expect({"int.from_bytes(", b, ", ", how, ")"}, int_from_bytes(*bytes, order, sign));
    expect({"int.from_bytes(list(", b, "), ", how, ")"},
           int_from_bytes(*list_of(*bytes), order, sign));
  }
  const std::vector<Value> others{integer(3), text("a"), make_list({integer(256)}), none()};
  for (const Value& other : others)
    expect({"int.from_bytes(", shown(other), ", 'big')"}, int_from_bytes(other));
  compare();
}

TEST_F(NumberDifferentialTest, NumbersAreDividedAndRaisedAlike) {
  for (int i = 0; i < 3000; ++i) {
    const auto random_number = [&] {
      return below(4) == 0 ? real(random_double()) : random_int(below(2) == 0 ? 1200 : 64);
    };
    const auto in_parentheses = [](const Value& value) {
      const std::string s = shown(value);
      return s == "nan" || s == "inf" || s == "-inf" ? "float('" + s + "')" : "(" + s + ")";
    };
    const Value a = random_number();
    const Value b = random_number();
    const std::string x = in_parentheses(a);
    const std::string y = in_parentheses(b);
    expect({"divmod(", x, ", ", y, ")"}, divmod(a, b));
    expect({x, " / ", y}, true_divide(a, b));
    const Value base = random_int(100);
    const Value exponent = random_int(40);
    const Value modulus = random_int(100);
    expect({"pow(", shown(base), ", ", shown(exponent), ", ", shown(modulus), ")"},
           power(base, exponent, modulus));
  }
  expect("divmod('a', 1)", divmod(text("a"), integer(1)));
  expect("pow(2, 'a', 3)", power(integer(2), text("a"), integer(3)));
  compare();
}

TEST_F(NumberDifferentialTest, FloatsAreShownAndReadExactlyAlike) {
  const std::vector<std::string> pieces{"0x",
                                        "1",
                                        "f",
                                        ".",
                                        "p",
                                        "-",
                                        "+",
                                        " ",
                                        "8",
                                        "0",
                                        "inf",
                                        "nan",
                                        "p-1074",
                                        "p1023",
                                        "p-1023",
                                        "00000000",
                                        "ffffffffffff",
                                        "_"};
  for (int i = 0; i < 3000; ++i) {
    const double value = random_double();
    const std::string f = "float.fromhex('" + float_to_hex(value) + "')";
    expect({f, ".hex()"}, made(text(float_to_hex(value))));
    expect({f, ".is_integer()"}, Result<bool>(is_integer(value)));
    expect({f, ".as_integer_ratio()"}, as_integer_ratio(value));
    expect(f, float_from_hex(float_to_hex(value)));
    std::string literal;
    for (std::uint64_t n = below(8) + 1; n > 0; --n) literal += any_of(pieces);
    expect({"float.fromhex('", literal, "')"}, float_from_hex(literal));
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
