#include "exuvia/types/list.hpp"

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class ListDifferentialTest : public DifferentialTest {
 protected:
  using Bound = std::optional<std::int64_t>;

  Bound random_bound() { return below(4) == 0 ? Bound() : between(-9, 9); }
  std::string random_slice() {
    start_ = random_bound();
    stop_ = random_bound();
    step_ = below(2) == 0 ? 1 : between(-3, 3);
    return "slice(" + text_of(start_) + ", " + text_of(stop_) + ", " + std::to_string(step_) + ")";
  }
  static std::string text_of(const Bound& bound) { return bound ? std::to_string(*bound) : "None"; }

  Bound start_;
  Bound stop_;
  std::int64_t step_ = 1;
};

TEST_F(ListDifferentialTest, SlicesOfListsAreAssignedAndDeletedAlike) {
  const Value list = make_list();
  statement("l = []");
  const std::vector<Value> values{make_list(),
                                  make_list({integer(1)}),
                                  make_list({integer(1), text("b"), none()}),
                                  text("abcd"),
                                  integer(7),
                                  make_tuple({integer(8), integer(9)}),
                                  make_bytes("x")};
  for (int i = 0; i < 3000; ++i) {
    const Value& given = below(10) == 0 ? list : any_of(values);
    const std::string at = random_slice();
    const std::string what = same(given, list) ? "l" : shown(given);
    if (below(3) == 0) {
      expect({"l.__delitem__(", at, ")"}, delete_slice(list, start_, stop_, step_));
    } else {
      expect({"l.__setitem__(", at, ", ", what, ")"}, set_slice(list, start_, stop_, given, step_));
    }
    expect("l", Result<Value>(list));
    if (*length(list) > 12) {
      clear(*as<List>(list));
      statement("l.clear()");
    }
  }
  const Value tuple = make_tuple({integer(1)});
  expect("(1,).__class__.__name__ and exec('t = (1,); t[0:1] = []')",
         set_slice(tuple, 0, 1, make_list()));
  expect("exec('t = (1,); del t[0:1]')", delete_slice(tuple, 0, 1));
  compare();
}

TEST_F(ListDifferentialTest, SlicesOfBytearraysAreAssignedAndDeletedAlike) {
  const Value array = make_bytearray();
  statement("a = bytearray()");
  const std::vector<Value> values{make_bytes(""),
                                  make_bytes("x"),
                                  make_bytes("xyz"),
                                  make_bytearray("12"),
                                  text("no"),
                                  integer(3),
                                  real(1.5),
                                  none(),
                                  make_list({integer(65), integer(66)}),
                                  make_list({integer(256)}),
                                  make_list({text("a")})};
  for (int i = 0; i < 3000; ++i) {
    const Value& given = below(10) == 0 ? array : any_of(values);
    const std::string at = random_slice();
    const std::string what = same(given, array) ? "a" : shown(given);
    if (below(4) == 0) {
      expect({"a.__delitem__(", at, ")"}, delete_slice(array, start_, stop_, step_));
    } else {
      expect({"a.__setitem__(", at, ", ", what, ")"},
             set_slice(array, start_, stop_, given, step_));
    }
    expect("a", Result<Value>(array));
    if (*length(array) > 12) {
      clear(*as<ByteArray>(array));
      statement("a.clear()");
    }
  }
  compare();
}

TEST_F(ListDifferentialTest, ItemsAreFoundCountedAndRemovedAlike) {
  const std::vector<Value> items{integer(0),      integer(1), real(1.0),
                                 make_bool(true), text("a"),  text("bcd"),
                                 make_bytes("a"), none(),     make_list()};
  for (int i = 0; i < 1500; ++i) {
    const Ref<List> list = make_list();
    for (std::uint64_t n = below(8); n > 0; --n) ASSERT_TRUE(append(*list, any_of(items)));
    const Ref<Tuple> tuple = make_tuple(list->items());
    const std::string l = shown(Value(list));
    const std::string t = shown(Value(tuple));
    const Value& item = any_of(items);
    const std::string x = shown(item);
    const std::int64_t start = between(-9, 9);
    const std::int64_t stop = between(-9, 9);
    const std::string bounds =
        "(" + x + ", " + std::to_string(start) + ", " + std::to_string(stop) + ")";
    expect({l, ".index(", x, ")"}, index_of(*list, item));
    expect({l, ".index", bounds}, index_of(*list, item, start, stop));
    expect({t, ".index", bounds}, index_of(*tuple, item, start, stop));
    expect({l, ".count(", x, ")"}, count(*list, item));
    expect({t, ".count(", x, ")"}, count(*tuple, item));
    expect({l, ".copy()"}, Result<Value>(copy(*list)));
    statement({"l = ", l});
    expect("l.reverse()", (reverse(*list), Result<void>()));
    expect({"l.extend(", t, ")"}, extend(*list, tuple));
    expect({"l.extend(", x, ")"}, extend(*list, item));
    expect({"l.remove(", x, ")"}, remove(*list, item));
    expect({"l.insert(", std::to_string(start), ", ", x, ")"}, insert(*list, start, item));
    expect({"l.pop(", std::to_string(stop), ")"}, pop(*list, stop));
    expect("l", Result<Value>(list));
  }
  compare();
}

Result<Value> length_as_value(const Value&, std::span<const Value> arguments) {
  const Result<std::size_t> size = length(arguments[0]);
  if (!size) return size.failure();
  return made(make_int(static_cast<std::int64_t>(*size)));
}

TEST_F(ListDifferentialTest, SequencesAreReversedAlike) {
  for (int i = 0; i < 20; ++i) {
    const Ref<List> list = make_list();
    for (std::uint64_t n = below(6); n > 0; --n)
      ASSERT_TRUE(append(*list, integer(between(0, 255))));
    const std::vector<Value> sequences{list, *tuple_of(list), *bytes_of(list), *bytearray_of(list),
                                       *str(list) == "[]" ? text("") : text(*str(list))};
    for (const Value& sequence : sequences)
      expect({"list(reversed(", shown(sequence), "))"}, list_of(*reversed(sequence)));
  }
  expect("reversed(1)", reversed(integer(1)));
  expect("reversed(None)", reversed(none()));
  expect("reversed(set())", reversed(make_set()));
  // It ends where the list does, whatever happens to it meanwhile.
  const Ref<List> list = make_list({integer(1), integer(2), integer(3)});
  const Value iterator = *reversed(list);
  statement("l = [1, 2, 3]; i = reversed(l)");
  expect("next(i)", next(iterator));
  ASSERT_TRUE(append(*list, integer(4)));
  statement("l.append(4)");
  expect("next(i)", next(iterator));
  clear(*list);
  statement("l.clear()");
  expect("list(i)", list_of(iterator));
  ASSERT_TRUE(append(*list, integer(5)));
  statement("l.append(5)");
  expect("list(i)", list_of(iterator));
  compare();
}

TEST_F(ListDifferentialTest, ListsAreSortedAlike) {
  const std::vector<Value> words{text("a"), text("b"),  text("bb"), text("ab"),
                                 text(""),  text("ba"), text("aa"), text("cab")};
  const Value by_length = make_function("len", &length_as_value);
  for (int i = 0; i < 400; ++i) {
    const Ref<List> list = make_list();
    for (std::uint64_t n = below(63); n > 0; --n) ASSERT_TRUE(append(*list, any_of(words)));
    if (below(8) == 0) {
      ASSERT_TRUE(insert(*list, between(0, 20), integer(1)));
    }
    const bool has_key = below(2) == 0;
    const bool is_reversed = below(2) == 0;
    const Ref<List> sorted = copy(*list);
    const Result<void> done = sort(*sorted, has_key ? by_length : nullptr,
                                   is_reversed ? SortOrder::kDescending : SortOrder::kAscending);
    const std::string expression = "sorted(" + shown(Value(list)) +
                                   ", key=" + (has_key ? "len" : "None") +
                                   ", reverse=" + (is_reversed ? "True" : "False") + ")";
    expect(expression, done ? Result<Value>(sorted) : done.failure());
    EXPECT_EQ(sorted->size, list->size);
  }
  compare();
}

TEST_F(ListDifferentialTest, LongListsAreSortedAlike) {
  const Value by_length = make_function("len", &length_as_value);
  for (const std::uint64_t size : {64U, 65U, 1000U, 1500U}) {
    const Ref<List> list = make_list();
    for (std::uint64_t i = 0; i < size; ++i)
      ASSERT_TRUE(append(*list, text(std::string(below(30), 'x') + std::to_string(i % 7))));
    const std::string l = shown(Value(list));
    ASSERT_TRUE(sort(*list, by_length, SortOrder::kDescending));
    expect({"sorted(", l, ", key=len, reverse=True)"}, Result<Value>(list));
    ASSERT_TRUE(sort(*list));
    expect({"sorted(", l, ")"}, Result<Value>(list));
    ASSERT_TRUE(sort(*list));
    expect({"sorted(", l, ")"}, Result<Value>(list));
  }
  compare();
}

List& list_in(const Value& closure) noexcept { return *as<List>(closure); }

TEST_F(ListDifferentialTest, AListIsEmptyWhileItIsSortedAndMustStaySo) {
  struct Meddler {
    const char* code;  // in Python, of the list l
    Code same_here;
  };
  const Meddler meddlers[] = {
      {"len(l)",
       [](const Value& closure, std::span<const Value>) -> Result<Value> {
         return made(make_int(static_cast<std::int64_t>(list_in(closure).size)));
       }},
      {"l.append(x)",
       [](const Value& closure, std::span<const Value> arguments) -> Result<Value> {
         EXPECT_TRUE(append(list_in(closure), arguments[0]));
         return integer(0);
       }},
      {"(l.append(x), l.clear())",
       [](const Value& closure, std::span<const Value> arguments) -> Result<Value> {
         EXPECT_TRUE(append(list_in(closure), arguments[0]));
         clear(list_in(closure));
         return integer(0);
       }},
      {"(l.append(x), l.pop())",
       [](const Value& closure, std::span<const Value> arguments) -> Result<Value> {
         EXPECT_TRUE(append(list_in(closure), arguments[0]));
         EXPECT_TRUE(pop(list_in(closure)));
         return integer(0);
       }},
      {"l.clear()",
       [](const Value& closure, std::span<const Value>) -> Result<Value> {
         clear(list_in(closure));
         return integer(0);
       }},
      {"l.sort()",
       [](const Value& closure, std::span<const Value>) -> Result<Value> {
         EXPECT_TRUE(sort(list_in(closure)));
         return integer(0);
       }},
      {"l.pop()",
       [](const Value& closure, std::span<const Value>) { return pop(list_in(closure)); }}};
  for (const Meddler& meddler : meddlers) {
    const Ref<List> list = make_list({integer(3), integer(1), integer(2)});
    statement("l = [3, 1, 2]");
    statement({"def meddle(x):\n  answer = ", std::string(meddler.code),
               "\n  return answer if type(answer) is int else 0"});
    expect("l.sort(key=meddle)", sort(*list, make_function("meddle", meddler.same_here, list)));
    expect("sorted(l)", [&]() -> Result<Value> {
      EXPECT_TRUE(sort(*list));
      return Value(list);
    }());
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
