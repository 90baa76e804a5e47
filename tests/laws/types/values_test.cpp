// The same random operations on our types and in CPython: every line of output must agree.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

constexpr const char* kSymbols[] = {"+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"};

std::string in_parentheses(const Value& value) {
  const std::string text = shown(value);
  if (text == "inf" || text == "-inf" || text == "nan") return "float('" + text + "')";
  return "(" + text + ")";
}

TEST_F(DifferentialTest, NumbersComputeCompareAndHashAlike) {
  std::vector<Value> numbers{
      make_bool(false), make_bool(true), real(0.0),  real(-0.0),   real(INFINITY),
      real(-INFINITY),  real(0.1),       real(1e16), real(5e-324), real(1.7976931348623157e308)};
  for (const int shift : {0, 1, 30, 31, 32, 53, 61, 62, 63, 64, 127, 200}) {
    const Value bit = *binary(Operator::kLeftShift, integer(1), integer(shift));
    for (const int delta : {-1, 0, 1}) {
      numbers.push_back(*add(bit, integer(delta)));
      numbers.push_back(*negative(*add(bit, integer(delta))));
    }
  }
  for (int i = 0; i < 60; ++i) {
    const auto bits = below(std::numeric_limits<std::uint64_t>::max());
    numbers.push_back(integer(static_cast<std::int64_t>(bits) >> below(63)));
    const double scale = std::ldexp(1.0, static_cast<int>(below(200)) - 100);
    numbers.push_back(real(static_cast<double>(static_cast<std::int64_t>(bits)) * scale));
  }
  for (const Value& number : numbers) {
    expect(in_parentheses(number), Result<Value>(number));
    expect("hash(" + in_parentheses(number) + ")", hash(number));
    expect("-" + in_parentheses(number), negative(number));
    expect("abs(" + in_parentheses(number) + ")", absolute(number));
  }
  for (int i = 0; i < 6000; ++i) {
    const Value& a = any_of(numbers);
    const auto op = static_cast<Operator>(below(12));
    const bool is_small = op == Operator::kPower || op == Operator::kLeftShift;
    const Value b = is_small ? integer(static_cast<std::int64_t>(below(40)) - 4) : any_of(numbers);
    // A complex number, which we have not.
    if (op == Operator::kPower && shown(less(a, integer(0))) == "True" && is<Float>(b)) continue;
    const std::string x = in_parentheses(a);
    const std::string y = in_parentheses(b);
    expect(x + " " + kSymbols[static_cast<int>(op)] + " " + y, binary(op, a, b));
    expect(x + " == " + y, equal(a, b));
    expect(x + " < " + y, less(a, b));
    expect(x + " <= " + y, less_equal(a, b));
  }
  compare();
}

TEST_F(DifferentialTest, NumbersAreReadAlike) {
  const std::vector<std::string> pieces{
      "0",   "1",  "9",  "_",  "-",  "+",   " ",  ".",      "e",      "E5",         "inf",
      "nan", "0x", "0b", "0o", "ff", "\\t", "77", "\u0663", "\u2003", "\U0001D7D9", "\u00b2"};
  for (int i = 0; i < 3000; ++i) {
    std::string literal;
    for (std::uint64_t n = below(5) + 1; n > 0; --n) literal += any_of(pieces);
    std::string plain = literal;
    for (std::size_t at = 0; (at = plain.find("\\t")) != std::string::npos;)
      plain.replace(at, 2, "\t");
    expect("int('" + literal + "', 0)", parse_int(plain, 0));
    expect("int('" + literal + "', 16)", parse_int(plain, 16));
    expect("int('" + literal + "')", parse_int(plain));
    expect("float('" + literal + "')", parse_float(plain));
  }
  compare();
}

TEST_F(DifferentialTest, TextsAreCutSearchedAndShownAlike) {
  const std::vector<std::string> pieces{"a",  "b",      "ab",     " ",      "'",          "\"",
                                        "\\", "\n",     "\u00e9", "\u20ac", "\U0001F600", "\u00ad",
                                        "\t", "\u2028", "x",      ","};
  const auto random_text = [&](std::uint64_t longest) {
    std::string utf8;
    for (std::uint64_t n = below(longest + 1); n > 0; --n) utf8 += any_of(pieces);
    return text(utf8);
  };
  for (int i = 0; i < 2500; ++i) {
    const Ref<Str> a = random_text(12);
    const Ref<Str> b = random_text(2);
    const std::string x = shown(Value(a));
    const std::string y = shown(Value(b));
    const auto at = static_cast<std::int64_t>(below(16)) - 8;
    const auto to = static_cast<std::int64_t>(below(16)) - 8;
    const auto step = static_cast<std::int64_t>(below(7)) - 3;
    const std::string bounds =
        "[" + std::to_string(at) + ":" + std::to_string(to) + ":" + std::to_string(step) + "]";
    expect(x, Result<Value>(a));
    expect("len(" + x + ")", length(a));
    expect(x + " + " + y, add(a, b));
    expect(x + " * " + std::to_string(at), multiply(a, integer(at)));
    expect(x + "[" + std::to_string(at) + "]", getitem(a, integer(at)));
    expect(x + bounds, slice(a, at, to, step));
    expect(y + " in " + x, contains(a, b));
    expect(x + " < " + y, less(a, b));
    expect(x + ".encode()", Result<Value>(Value(encode(*a))));
    expect(x + ".encode()" + bounds, slice(encode(*a), at, to, step));
    if (step == 0) continue;
    expect(x + ".encode()" + bounds + ".decode()", decode(*slice(encode(*a), at, to, step)));
  }
  compare();
}

TEST_F(DifferentialTest, DictsListsAndTuplesChangeAlike) {
  const std::vector<Value> keys{integer(0),
                                integer(1),
                                real(1.0),
                                make_bool(true),
                                text("a"),
                                text("\u20ac"),
                                none(),
                                integer(-1),
                                real(2.5),
                                make_bytes("a"),
                                integer(-2),
                                make_bytearray("a"),
                                types::make_tuple({integer(1), text("b")})};
  const Ref<Dict> dict = make_dict();
  const Ref<List> list = make_list();
  statement("d, l = {}, []");
  for (int i = 0; i < 4000; ++i) {
    const Value& key = any_of(keys);
    const Value& other = any_of(keys);
    const std::string k = shown(key);
    const auto at = static_cast<std::int64_t>(below(12)) - 6;
    const std::string n = std::to_string(at);
    switch (below(14)) {
      case 0:
      case 1:
        expect("d.__setitem__(" + k + ", " + n + ")", set(*dict, key, integer(at)));
        break;
      case 2:
        expect("d.pop(" + k + ")", pop(*dict, key));
        break;
      case 3:
        expect("d.setdefault(" + k + ", " + n + ")", setdefault(*dict, key, integer(at)));
        break;
      case 4:
        expect("d.popitem()", popitem(*dict));
        break;
      case 5:
        expect("d", Result<Value>(dict));
        break;
      case 6:
        expect("d.items()", items(*dict));
        break;
      case 7:
        expect("l.insert(" + n + ", " + k + ")", insert(*list, at, key));
        break;
      case 8:
        expect("l.pop(" + n + ")", pop(*list, at));
        break;
      case 9:
        expect("l.index(" + k + ")", index_of(*list, key));
        break;
      case 10:
        expect("sorted(l[:3])", [&]() -> Result<Value> {
          const Ref<List> part = cast<List>(*slice(list, std::nullopt, 3));
          const Result<void> done = sort(*part);
          return done ? Result<Value>(part) : done.failure();
        }());
        break;
      case 11:
        expect("l", Result<Value>(list));
        break;
      case 12:
        expect(
            "(" + k + ", " + shown(other) + ") == (" + shown(other) + ", " + k + ")",
            equal(Value(types::make_tuple({key, other})), Value(types::make_tuple({other, key}))));
        break;
      default:
        expect("[" + k + "] < [" + shown(other) + "]", less(make_list({key}), make_list({other})));
    }
    if (list->size > 12) {
      clear(*list);
      statement("l.clear()");
    }
  }
  const Value numbers = types::make_tuple({integer(1), real(2.5), make_bool(true), integer(-1)});
  expect("hash(" + shown(numbers) + ")", hash(numbers));
  expect("hash(())", hash(Value(types::make_tuple({}))));
  compare();
}

TEST_F(DifferentialTest, SetsCombineAlike) {
  const auto random_set = [&] {
    const Ref<Set> set = make_set();
    for (std::uint64_t n = below(8); n > 0; --n) {
      EXPECT_TRUE(add(*set, below(2) == 0 ? integer(static_cast<std::int64_t>(below(6)))
                                          : real(static_cast<double>(below(6)))));
    }
    return set;
  };
  const auto sorted = [](const Result<Value>& set) -> Result<Value> {
    if (!set) return set;
    const Ref<List> list = *list_of(*set);
    EXPECT_TRUE(sort(*list));
    return Value(list);
  };
  for (int i = 0; i < 1000; ++i) {
    const Value a = random_set();
    const Value b = random_set();
    const std::string x = shown(a);
    const std::string y = shown(b);
    // Which of two equal numbers stays is up to the implementation: whole numbers only.
    const auto whole = [](const std::string& set) { return "sorted(map(int, " + set + "))"; };
    const auto to_whole = [&](const Result<Value>& set) -> Result<Value> {
      const Ref<List> list = make_list();
      const Result<Value> ordered = sorted(set);
      for (const Value& item : as<List>(*ordered)->items())
        EXPECT_TRUE(append(*list, *int_of_double(*to_double(item))));
      return Value(list);
    };
    expect(whole(x + " & " + y), to_whole(binary(Operator::kAnd, a, b)));
    expect(whole(x + " | " + y), to_whole(binary(Operator::kOr, a, b)));
    expect(whole(x + " - " + y), to_whole(binary(Operator::kSubtract, a, b)));
    expect(whole(x + " ^ " + y), to_whole(binary(Operator::kXor, a, b)));
    expect(x + " < " + y, less(a, b));
    expect(x + " <= " + y, less_equal(a, b));
    expect(x + " == " + y, equal(a, b));
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
