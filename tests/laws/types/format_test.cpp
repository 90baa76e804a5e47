#include "exuvia/types/format.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class FormatLaws : public DifferentialTest {
 protected:
  FormatLaws() { statement("nan = float('nan'); inf = float('inf')"); }
  void TearDown() override {
    others_.clear();
    TypesTest::TearDown();
  }

  Result<Value> as_text(const Result<std::string>& utf8) {
    if (!utf8) return utf8.failure();
    return Value(text(*utf8));
  }
  void expect_format(const Value& value, const std::string& spec) {
    expect({"format(", shown(value), ", ", shown(Value(text(spec))), ")"},
           as_text(format(value, spec)));
  }
  void expect_percent(const std::string& pattern, const Value& values) {
    expect({shown(Value(text(pattern))), " % (", shown(values), ")"},
           modulo(text(pattern), values));
  }
  Value random_value() {
    switch (below(8)) {
      case 0:
        return integer(between(-1'000'000, 1'000'000));
      case 1:
        return integer(between(-20, 200));
      case 2:
        return *binary(Operator::kLeftShift, integer(between(-99, 99)), integer(between(0, 90)));
      case 3:
        return real(static_cast<double>(between(-100'000, 100'000)) / 1000);
      case 4:
        return real(
            std::ldexp(static_cast<double>(between(-99, 99)), static_cast<int>(between(-60, 60))));
      case 5: {
        const double any = std::bit_cast<double>(below(UINT64_MAX));
        return real(std::isnan(any) ? kNan : any);
      }
      case 6:
        return any_of(others_);
      default:
        return text(any_of(texts_));
    }
  }
  std::string maybe(const std::vector<std::string>& choices, std::uint64_t one_in = 2) {
    return below(one_in) == 0 ? any_of(choices) : "";
  }

  static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::string> texts_{"", "a", "text", "l\u00e4nger", "\U0001F600\u20ac"};
  std::vector<Value> others_{make_bool(true), make_bool(false), real(0.0),  real(-0.0),  real(kNan),
                             real(HUGE_VAL),  real(-HUGE_VAL),  real(1e16), real(9.5e15)};
};

TEST_F(FormatLaws, ValuesAreFormattedAlike) {
  const std::vector<std::string> types{"b", "c", "d", "e", "E", "f", "F", "g",     "G",
                                       "n", "o", "s", "x", "X", "%", "q", "\u00e9"};
  for (int i = 0; i < 20'000; ++i) {
    const std::string fill = maybe({"*", "0", "\u20ac", " ", "<"}, 4);
    const std::string align = any_of<std::string>({"<", ">", "^", "="});
    std::string spec = below(2) == 0 ? fill + align : "";
    spec += maybe({"+", "-", " "}, 3) + maybe({"z"}, 6) + maybe({"#"}, 4) + maybe({"0"}, 4);
    spec += maybe({"1", "5", "12", "23"}) + maybe({",", "_", ",_"}, 4);
    spec += maybe({".0", ".1", ".3", ".10", ".20", "."}, 3) + maybe(types, 2) + maybe({"x"}, 50);
    expect_format(random_value(), spec);
  }
  for (const char* spec : {"99999999999999999999", ".99999999999999999999", "010,", "08,", "07_",
                           "09_x", "#012_b", ".3000000000f", "5dd", "=10", "c", "+c", "#c"}) {
    for (const Value& value : {integer(1234), integer(-1234), real(1234.5), Value(text("abc"))})
      expect_format(value, spec);
  }
  expect_format(integer(-1), "c");
  expect_format(integer(0x110000), "c");
  expect_format(integer(0x1F600), "*^5c");
  expect_format(*power(integer(10), integer(30)), "c");
  expect_format(*power(integer(10), integer(400)), "f");
  expect_format(none(), "");
  expect_format(none(), ">5");
  expect_format(make_list({integer(1)}), "");
  expect_format(make_list(), "d");
  expect_format(make_tuple({}), "s");
  compare();
}

TEST_F(FormatLaws, PatternsWithFieldsAreFilledInAlike) {
  const Ref<Dict> named = *dict_of({{text("a"), make_list({integer(7), text("x")})},
                                    {text("key"), *dict_of({{text("k"), real(2.5)}})}});
  const std::vector<Value> arguments{text("\u00e9"), integer(7), real(1.25)};
  statement("ARGUMENTS = ('\\u00e9', 7, 1.25)");
  statement({"NAMED = ", shown(Value(named))});
  const std::vector<std::string> pieces{"{",         "}",
                                        "{{",        "}}",
                                        "{}",        "0",
                                        "1",         "2",
                                        "9",         "a",
                                        "key",       ".",
                                        "[",         "]",
                                        "!r",        "!s",
                                        "!a",        "!x",
                                        ":",         ":>8",
                                        ":{}",       "[0]",
                                        "!",         "{0}",
                                        " ",         "{1}",
                                        "-1",        "[k]",
                                        "x",         "\u00e9",
                                        "{2:.3f}",   "{1:{1}}",
                                        "{a[0]:03}", "{key[k]!r:*^{1}}",
                                        "real"};
  const auto check = [&](const std::string& pattern) {
    const std::string p = shown(Value(text(pattern)));
    expect({p, ".format(*ARGUMENTS, **NAMED)"}, format_text(text(pattern), arguments, named));
    expect({p, ".format(*ARGUMENTS)"}, format_text(text(pattern), arguments));
    expect({p, ".format_map(NAMED)"}, format_map(text(pattern), named));
  };
  for (int i = 0; i < 4000; ++i) {
    std::string pattern;
    for (std::uint64_t n = below(7); n > 0; --n) pattern += any_of(pieces);
    check(pattern);
  }
  for (const char* pattern : {"{",
                              "}",
                              "{0}{}",
                              "{}{0}",
                              "{0!x}",
                              "{0!}",
                              "{0!r",
                              "{0!rx}",
                              "{0",
                              "{0:",
                              "{0:{",
                              "{0:{{}}}",
                              "{0:{1:{2}}}",
                              "{0[}",
                              "{0[]}",
                              "{0.}",
                              "{a[0]x}",
                              "{0!",
                              "{99999999999999999999}",
                              "{a[99999999999999999999]}",
                              "{0! }",
                              "{0{}}",
                              "{0[a}",
                              "{:{}}",
                              "{1:{1}.{1}}",
                              "{a[1]}",
                              "{0:{1}}",
                              "{:{}.{}}",
                              "{0!r:^{1}}",
                              "{a[-1]}",
                              "{key.k}",
                              "{2.k}"})
    check(pattern);
  compare();
}

TEST_F(FormatLaws, PercentPatternsAreFilledInAlike) {
  const std::vector<std::string> codes{"d", "i", "u", "x", "X", "o", "e", "E", "f",
                                       "F", "g", "G", "c", "r", "s", "a", "%", "q"};
  for (int i = 0; i < 12'000; ++i) {
    std::string pattern = maybe({"text ", "%%"}, 3) + "%";
    for (std::uint64_t n = below(4); n > 0; --n) pattern += maybe({"-", "+", " ", "#", "0"});
    pattern += maybe({"1", "6", "13"}) + maybe({".0", ".2", ".7", "."}, 3) + maybe({"l"}, 20);
    pattern += any_of(codes) + "|";
    const Value value = random_value();
    expect_percent(pattern, below(2) == 0 ? value : Value(make_tuple({value})));
  }
  const Ref<Dict> named = *dict_of({{text("a"), integer(3)}, {text("(b)"), text("\u00e9")}});
  const auto pair = [](const Value& first, const Value& second) -> Value {
    return make_tuple({first, second});
  };
  for (const char* pattern : {"%",
                              "%(a)s",
                              "%(a",
                              "%(b)s",
                              "%((b))s",
                              "%((b))5a|",
                              "%(a)d %(a)05.1f",
                              "%s",
                              "%s %s",
                              "a",
                              "%(a)%",
                              "%(a)*d",
                              "%d %(a)d",
                              "%5%|",
                              "%*d|",
                              "%-*d|",
                              "%.*f",
                              "%*.*f",
                              "%lld",
                              "%\u00e9",
                              "%0",
                              "%(a)",
                              "%9999999999999999999999d",
                              "%.9999999999999999999999d",
                              "%.2147483648f",
                              "%1",
                              "%."}) {
    for (const Value& values :
         {Value(named), integer(65), pair(integer(5), integer(3)), pair(integer(-5), real(3.5)),
          pair(text("x"), integer(1)), Value(make_tuple({})), Value(make_list({integer(1)})),
          Value(text("s")), Value(make_bytes("b")),
          Value(make_tuple({integer(9), integer(2), real(3.14159)})),
          pair(*power(integer(10), integer(30)), integer(1))})
      expect_percent(pattern, values);
  }
  for (const Value& value : {Value(none()), integer(-1), integer(0x110000), integer(0x1F600)})
    expect_percent("%5c|", value);
  compare();
}

}  // namespace
}  // namespace exuvia::types
