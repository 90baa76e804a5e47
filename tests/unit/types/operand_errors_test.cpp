#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/text.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class OperandErrorsTest : public TypesTest {
 protected:
  const Value list = make_list({integer(1)});
  void TearDown() override {
    const_cast<Value&>(list).reset();
    TypesTest::TearDown();
  }
};

TEST_F(OperandErrorsTest, SequencesSayWhatTheyCannotBeJoinedTo) {
  EXPECT_EQ(shown(add(list, make_tuple({integer(1)}))),
            "TypeError: can only concatenate list (not \"tuple\") to list");
  EXPECT_EQ(shown(add(text("a"), integer(1))),
            "TypeError: can only concatenate str (not \"int\") to str");
  EXPECT_EQ(shown(add(Value(make_bytes("a")), text("a"))), "TypeError: can't concat str to bytes");
  EXPECT_EQ(shown(add(integer(1), list)),
            "TypeError: unsupported operand type(s) for +: 'int' and 'list'");
}

TEST_F(OperandErrorsTest, SequencesAreMultipliedByWholeNumbersOnly) {
  EXPECT_EQ(shown(multiply(text("a"), real(2))),
            "TypeError: can't multiply sequence by non-int of type 'float'");
  EXPECT_EQ(shown(multiply(list, list)),
            "TypeError: can't multiply sequence by non-int of type 'list'");
  const Value set = *frozenset_of(list);
  EXPECT_EQ(shown(multiply(set, list)),
            "TypeError: can't multiply sequence by non-int of type 'frozenset'");
  EXPECT_EQ(shown(in_place(Operator::kMultiply, set, list)),
            "TypeError: unsupported operand type(s) for *=: 'frozenset' and 'list'");
  EXPECT_EQ(shown(in_place(Operator::kMultiply, none(), list)),
            "TypeError: can't multiply sequence by non-int of type 'NoneType'");
}

TEST_F(OperandErrorsTest, WhatNoMemoryCouldHoldIsAnOverflow) {
  const Value huge = *power(integer(2), integer(80));
  EXPECT_EQ(shown(multiply(text("a"), huge)),
            "OverflowError: cannot fit 'int' into an index-sized integer");
  EXPECT_EQ(shown(multiply(text("ab"), integer(std::int64_t{1} << 62))),
            "OverflowError: repeated string is too long");
  EXPECT_EQ(shown(multiply(list, integer(std::int64_t{1} << 62))), "MemoryError: out of memory");
  EXPECT_EQ(shown(binary(Operator::kLeftShift, integer(1), huge)),
            "OverflowError: too many digits in integer");
}

TEST_F(OperandErrorsTest, MoreBytesThanAnyMemoryHasAreNotMade) {
  constexpr std::int64_t kMany = std::int64_t{1} << 39;
  const std::string refusal = "MemoryError: out of memory";
  for (const Value& bytes : {Value(make_bytes("a")), Value(make_bytearray("a"))}) {
    EXPECT_EQ(shown(center(bytes, kMany)), refusal);
    EXPECT_EQ(shown(zfill(bytes, kMany)), refusal);
    EXPECT_EQ(shown(multiply(bytes, integer(kMany))), refusal);
  }
  EXPECT_EQ(shown(to_bytes(*as_integer(integer(1)), kMany, ByteOrder::kBig, Sign::kUnsigned)),
            refusal);
}

TEST_F(OperandErrorsTest, IndexingSpeaksOfTheType) {
  EXPECT_EQ(shown(getitem(text("a"), text("x"))),
            "TypeError: string indices must be integers, not 'str'");
  EXPECT_EQ(shown(getitem(Value(make_bytes("a")), integer(5))), "IndexError: index out of range");
  EXPECT_EQ(shown(getitem(Value(make_bytearray("a")), integer(5))),
            "IndexError: bytearray index out of range");
  EXPECT_EQ(shown(delitem(make_tuple({integer(1)}), integer(0))),
            "TypeError: 'tuple' object doesn't support item deletion");
  EXPECT_EQ(shown(slice(integer(1), 0, 1)), "TypeError: 'int' object is not subscriptable");
  EXPECT_EQ(shown(contains(Value(make_bytes("a")), text("a"))),
            "TypeError: a bytes-like object is required, not 'str'");
  EXPECT_EQ(shown(join(text(","), integer(1))), "TypeError: can only join an iterable");
  EXPECT_EQ(shown(make_character(0x110000)), "ValueError: chr() arg not in range(0x110000)");
  EXPECT_EQ(shown(Value(make_bytearray("a'"))), "bytearray(b\"a\\'\")");
}

// As CPython, which has words of its own for what might be a sequence and what might be a position.
TEST_F(OperandErrorsTest, WhatHasNoItemsToDeleteSaysSo) {
  const Value plain = make_instance(*make_class("A"));
  EXPECT_EQ(shown(delitem(text("a"), integer(0))),
            "TypeError: 'str' object doesn't support item deletion");
  EXPECT_EQ(shown(delitem(text("a"), text("x"))),
            "TypeError: 'str' object does not support item deletion");
  EXPECT_EQ(shown(delitem(integer(3), integer(0))),
            "TypeError: 'int' object does not support item deletion");
  EXPECT_EQ(shown(delitem(plain, integer(0))),
            "TypeError: 'A' object doesn't support item deletion");
  EXPECT_EQ(shown(delitem(plain, text("x"))),
            "TypeError: 'A' object does not support item deletion");
}

TEST_F(OperandErrorsTest, WhatOnlyStoresOrOnlyDeletesItemsNamesTheOther) {
  const auto nothing = [](const Value&, std::span<const Value>) -> Result<Value> {
    return Value(none());
  };
  const auto with = [&](const char* method) {
    const Ref<Class> of = *make_class("A");
    EXPECT_TRUE(setattr(of, method, make_function(method, nothing)));
    return make_instance(of);
  };
  EXPECT_EQ(shown(delitem(with("__setitem__"), integer(0))), "AttributeError: __delitem__");
  EXPECT_EQ(shown(setitem(with("__delitem__"), integer(0), none())), "AttributeError: __setitem__");
}

TEST_F(OperandErrorsTest, ItemsThatHaveNoOrderAreNamed) {
  EXPECT_EQ(shown(less(make_list({text("a")}), list)),
            "TypeError: '<' not supported between instances of 'str' and 'int'");
}

}  // namespace
}  // namespace exuvia::types
