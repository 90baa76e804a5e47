#include "exuvia/types/bytes.hpp"

#include <gmock/gmock.h>

#include "exuvia/types/class.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/slice.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class BytesTest : public TypesTest {};

TEST_F(BytesTest, ShowThemselvesAsPythonDoes) {
  EXPECT_EQ(shown(Value(make_bytes("a'\n\xff"))), "b\"a'\\n\\xff\"");
  EXPECT_EQ(shown(Value(make_bytearray("ab"))), "bytearray(b'ab')");
}

TEST_F(BytesTest, AreNumbersTo255) {
  const Value bytes = make_bytes("az");
  EXPECT_EQ(shown(getitem(bytes, integer(-1))), "122");
  EXPECT_EQ(shown(contains(bytes, integer(97))), "True");
  EXPECT_EQ(shown(contains(bytes, integer(256))), "ValueError: byte must be in range(0, 256)");
  EXPECT_EQ(shown(list_of(bytes)), "[97, 122]");
  EXPECT_EQ(shown(equal(bytes, Value(make_bytearray("az")))), "True");
  EXPECT_EQ(shown(hash(Value(make_bytearray("az")))), "TypeError: unhashable type: 'bytearray'");
}

TEST_F(BytesTest, AreAsManyZerosAsANumberSays) {
  EXPECT_EQ(shown(bytes_of(integer(3))), "b'\\x00\\x00\\x00'");
  EXPECT_EQ(shown(bytearray_of(integer(2))), "bytearray(b'\\x00\\x00')");
  EXPECT_EQ(shown(bytes_of(integer(0))), "b''");
  EXPECT_EQ(shown(bytearray_of(integer(0))), "bytearray(b'')");
  const Value million_millions = integer(1'000'000'000'000);
  EXPECT_EQ(shown(bytes_of(million_millions)), "MemoryError: out of memory");
  EXPECT_EQ(shown(bytearray_of(million_millions)), "MemoryError: out of memory");
}

TEST_F(BytesTest, AreNotMadeOfAnything) {
  const Ref<Class> large = *make_class("I");
  const auto index = [](const Value&, std::span<const Value>) {
    return power(integer(10), integer(30));
  };
  ASSERT_TRUE(setattr(large, "__index__", Value(make_function("__index__", index))));
  const Value i = make_instance(large);
  const std::string refusal = "OverflowError: cannot fit 'I' into an index-sized integer";
  EXPECT_EQ(shown(bytes_of(i)), refusal);
  EXPECT_EQ(shown(bytearray_of(i)), refusal);
  const Value f = make_instance(*make_class("F"));
  EXPECT_EQ(shown(bytes_of(f)), "TypeError: cannot convert 'F' object to bytes");
  EXPECT_EQ(shown(bytearray_of(f)), "TypeError: cannot convert 'F' object to bytearray");
}

TEST_F(BytesTest, AnArrayChanges) {
  const Ref<ByteArray> array = make_bytearray("abc");
  EXPECT_EQ(shown(append(*array, 'd')), "done");
  EXPECT_EQ(shown(extend(*array, array->view())), "done");
  EXPECT_EQ(shown(setitem(array, integer(0), integer(65))), "done");
  EXPECT_EQ(shown(delitem(array, integer(1))), "done");
  EXPECT_EQ(shown(Value(array)), "bytearray(b'Acdabcd')");
  EXPECT_EQ(shown(setitem(array, integer(0), integer(300))),
            "ValueError: byte must be in range(0, 256)");
}

TEST_F(BytesTest, EncodeAndDecodeText) {
  const Value bytes = encode(*text("\u20ac"));
  EXPECT_EQ(shown(bytes), "b'\\xe2\\x82\\xac'");
  EXPECT_EQ(shown(decode(bytes)), "'\u20ac'");
  EXPECT_FALSE(decode(make_bytes("\xff")));
}

TEST_F(BytesTest, SlicesAreAsPythons) {
  const Value digits = text("0123456789");
  EXPECT_EQ(shown(slice(digits, 2, 5)), "'234'");
  EXPECT_EQ(shown(slice(digits, -3, std::nullopt)), "'789'");
  EXPECT_EQ(shown(slice(digits, std::nullopt, std::nullopt, -3)), "'9630'");
  EXPECT_EQ(shown(slice(digits, 100, -100, -4)), "'951'");
  EXPECT_EQ(shown(slice(digits, 5, 2)), "''");
  EXPECT_EQ(shown(slice(digits, 0, 1, 0)), "ValueError: slice step cannot be zero");
  EXPECT_EQ(shown(slice(text("a\u20acb"), 0, 3, 2)), "'ab'");
  EXPECT_EQ(shown(slice(make_list({integer(1), integer(2), integer(3)}), 1, std::nullopt)),
            "[2, 3]");
  EXPECT_EQ(shown(slice(make_bytes("abc"), std::nullopt, std::nullopt, -1)), "b'cba'");
  EXPECT_EQ(shown(slice(integer(1), 0, 1)), "TypeError: 'int' object is not subscriptable");
}

TEST_F(BytesTest, TakeNoMoreMemoryThanPythons) {
  EXPECT_EQ(sizeof(runtime::Header) + Bytes::type.bytes_of(make_bytes("").get()), 33U);
  EXPECT_EQ(sizeof(runtime::Header) + ByteArray::type.size, 40U);  // CPython: 56
}

TEST_F(BytesTest, AnArrayGrowsAndShrinksAsPythonsDoes) {
  const Ref<ByteArray> array = make_bytearray();
  std::vector<std::size_t> capacities;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(append(*array, 'x'));
    if (capacities.empty() || capacities.back() != array->capacity)
      capacities.push_back(array->capacity);
  }
  EXPECT_THAT(capacities, testing::ElementsAre(2, 5, 8, 12, 19, 27, 36, 46));
  ASSERT_TRUE(delete_slice(array, 0, 17));  // 23 are half of 46
  EXPECT_EQ(array->capacity, 46U);
  ASSERT_TRUE(pop(*array));
  EXPECT_EQ(array->capacity, 23U);
  ASSERT_TRUE(extend(*array, std::string(78, 'x')));
  EXPECT_EQ(array->capacity, 101U);
}

TEST_F(BytesTest, SurviveTheFailureOfEachAllocation) {
  with_each_allocation_failing([&] {
    const Ref<ByteArray> array = make_bytearray("abc");
    if (!array) return;
    for (int i = 0; i < 20; ++i) (void)had_memory(append(*array, 'x'));
    (void)had_memory(slice(array, 1, 3));
  });
}

}  // namespace
}  // namespace exuvia::types
