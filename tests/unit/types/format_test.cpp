#include "exuvia/types/format.hpp"

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class FormatTest : public TypesTest {
 protected:
  // An instance of a class with this method.
  static Value with_method(const char* name, Code code) {
    const Ref<Dict> attributes = *dict_of({{text(name), make_function(name, code)}});
    return *call(*make_class("Thing", {}, attributes.get()), {});
  }
};

TEST_F(FormatTest, InstancesAreAskedForTheirFormat) {
  const Value thing = with_method(
      "__format__", [](const Value&, std::span<const Value> arguments) -> Result<Value> {
        return add(text("as "), arguments[1]);
      });
  EXPECT_EQ(shown(format(thing)), "as ");
  EXPECT_EQ(shown(format(thing, "wide")), "as wide");
  EXPECT_EQ(shown(format_text(text("{0:{1}}"), std::vector{thing, Value(text("so"))})), "'as so'");
}

TEST_F(FormatTest, AFormatThatIsNoStrIsATypeError) {
  const Value thing =
      with_method("__format__",
                  [](const Value&, std::span<const Value>) -> Result<Value> { return integer(3); });
  EXPECT_EQ(shown(format(thing)), "TypeError: __format__ must return a str, not int");
}

TEST_F(FormatTest, InstancesWithoutAFormatAreShownAsByStr) {
  const Value thing = with_method(
      "__str__",
      [](const Value&, std::span<const Value>) -> Result<Value> { return Value(text("it")); });
  EXPECT_EQ(shown(format(thing)), "it");
  EXPECT_EQ(shown(format(thing, ">5")),
            "TypeError: unsupported format string passed to Thing.__format__");
}

// Unlike + and *, which a sequence leaves to a right operand that is none.
TEST_F(FormatTest, AStrIsAskedForItsPercentBeforeTheRightOperand) {
  const Value thing = with_method(
      "__rmod__", [](const Value&, std::span<const Value>) -> Result<Value> { return integer(3); });
  const Result<Value> filled = modulo(text("%.6s"), thing);
  EXPECT_EQ(shown(filled), "'<Thing'");
  EXPECT_EQ(shown(modulo(make_list(), thing)), "3");
}

TEST_F(FormatTest, ManyDigitsCostNoMoreThanADoubleHas) {
  EXPECT_EQ(shown(format(real(1.5), ".2000000000g")), "1.5");
  EXPECT_EQ(shown(format(real(5e-324), ".2000000000")), shown(format(real(5e-324), ".767")));
}

struct Unprintable : Object {
  static const Type type;
};
Result<void> repr_in_latin_1(const Object&, std::string& out) {
  out += "\xE9";
  return {};
}
constinit const Type Unprintable::type =
    native_type<Unprintable>("Unprintable", {.repr = &repr_in_latin_1});

TEST_F(FormatTest, AReprThatIsNoUtf8IsNoText) {
  const Value value = make_native<Unprintable>();
  EXPECT_EQ(shown(modulo(text("%a"), value)), shown(modulo(text("%r"), value)));
  EXPECT_EQ(modulo(text("%a"), value).error().kind, ErrorKind::kUnicodeError);
}

struct Money : Object {
  static const Type type;
  std::int64_t cents = 0;
};
Result<void> format_money(const Object& self, const Str& spec, std::string& out) {
  if (spec.to_utf8() != "c") return value_error("money is shown by 'c'");
  out += std::to_string(static_cast<const Money&>(self).cents) + " cents";
  return {};
}
constinit const Type Money::type = native_type<Money>("Money", {.format = &format_money});

TEST_F(FormatTest, ATypeOfOnesOwnHasFormsOfItsOwn) {
  const Value money = make_native<Money>(250);
  EXPECT_EQ(shown(format(money, "c")), "250 cents");
  EXPECT_EQ(shown(format(money)), "ValueError: money is shown by 'c'");
  EXPECT_EQ(shown(format_text(text("{:c}!"), std::span(&money, 1))), "'250 cents!'");
}

TEST_F(FormatTest, OnlyAStrIsAPattern) {
  EXPECT_EQ(shown(format_text(make_bytes("{}"), {})),
            "AttributeError: 'bytes' object has no attribute 'format'");
  EXPECT_EQ(shown(format_map(integer(1), make_dict())),
            "AttributeError: 'int' object has no attribute 'format_map'");
  EXPECT_EQ(shown(modulo(make_bytes("%s"), integer(1))),
            "TypeError: unsupported operand type(s) for %: 'bytes' and 'int'");
}

TEST_F(FormatTest, NoMemoryForAWideFieldIsReported) {
  EXPECT_EQ(shown(format(integer(1), "9000000000000000000")), "MemoryError: out of memory");
  EXPECT_EQ(shown(modulo(text("%9000000000000000000d"), integer(1))), "MemoryError: out of memory");
  const std::string terabyte = std::to_string((std::int64_t{1} << 40) - 1);
  for (const Value& value : {integer(1), real(1.5), Value(text("x"))}) {
    EXPECT_EQ(shown(format(value, terabyte)), "MemoryError: out of memory");
    EXPECT_EQ(shown(modulo(text("%" + terabyte + "s"), value)), "MemoryError: out of memory");
  }
}

TEST_F(FormatTest, ExhaustionIsReportedWhereverItStrikes) {
  const Value pattern = text("{0:>{1}} {name[key]!r:<9} {2:+,.2f}");
  const Ref<Dict> named = *dict_of({{text("name"), *dict_of({{text("key"), text("\u20ac")}})}});
  const std::vector<Value> arguments{text("a"), integer(4), real(1234.5)};
  with_each_allocation_failing([&] {
    const Result<Value> filled = format_text(pattern, arguments, named);
    if (had_memory(filled)) {
      EXPECT_EQ(as<Str>(*filled)->to_utf8(), "   a '\u20ac'       +1,234.50");
    }
  });
  const Value percent = text("%(name)5.1s|");
  const Ref<Dict> values = *dict_of({{text("name"), text("\u20acx")}});
  with_each_allocation_failing([&] {
    const Result<Value> filled = modulo(percent, values);
    if (had_memory(filled)) {
      EXPECT_EQ(shown(filled), "'    \u20ac|'");
    }
  });
}

}  // namespace
}  // namespace exuvia::types
