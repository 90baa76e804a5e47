#include "exuvia/types/inspect.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/generator.hpp"
#include "exuvia/types/iteration.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/weak_containers.hpp"
#include "exuvia/types/weakref.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class InspectTest : public TypesTest {};

Yields one() { co_yield none(); }

struct Row {
  const char* what;
  std::size_t ours;
  std::size_t pythons;  // sys.getsizeof of CPython 3.12.1 on x86-64
};

// What the table of docs/types.md shows.
std::vector<Row> rows() {
  const auto numbers = [](int count, bool as_text) {
    const Ref<Dict> dict = make_dict();
    for (int i = 0; i < count; ++i) {
      const Value key = as_text ? Value(text(std::to_string(i))) : integer(i);
      EXPECT_TRUE(set(*dict, key, integer(i)));
    }
    return Value(dict);
  };
  const std::string_view slots[] = {"x", "y"};
  const Ref<Class> with_dict = *make_class("C");
  const Ref<Class> with_slots = *make_slots_class("S", slots);
  const Value instance = make_instance(with_dict);
  const Value items = make_list();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(append(*as<List>(items), integer(i)));
  const Value function = make_function(
      "f", [](const Value&, std::span<const Value>) -> Result<Value> { return Value(none()); });
  const std::vector<Value> nothing{make_list()};
  return {
      {"`None`", getsizeof(none()), 16},
      {"`True`", getsizeof(make_bool(true)), 28},
      {"`1`", getsizeof(integer(1)), 28},
      {"`2**40`", getsizeof(integer(std::int64_t{1} << 40)), 32},
      {"`2**100`", getsizeof(*power(integer(2), integer(100))), 40},
      {"`1.5`", getsizeof(real(1.5)), 24},
      {"`''`", getsizeof(text("")), 41},
      {"`'hello'`", getsizeof(text("hello")), 46},
      {"`'h\u00e9llo'`", getsizeof(text("h\u00e9llo")), 62},
      {"`'h\u20acllo'`", getsizeof(text("h\u20acllo")), 68},
      {"`b''`", getsizeof(make_bytes("")), 33},
      {"`b'hello'`", getsizeof(make_bytes("hello")), 38},
      {"`bytearray()`", getsizeof(make_bytearray()), 56},
      {"`()`", getsizeof(types::make_tuple({})), 40},
      {"`(1, 2, 3)`", getsizeof(types::make_tuple({none(), none(), none()})), 64},
      {"`[]`", getsizeof(make_list()), 56},
      {"list of 3, appended", getsizeof(items), 88},
      {"`{}`", getsizeof(make_dict()), 64},
      {"`{'a': 1}`", getsizeof(numbers(1, true)), 184},
      {"`{1: 1}`", getsizeof(numbers(1, false)), 224},
      {"dict of 100 strings", getsizeof(numbers(100, true)), 3328},
      {"dict of 100 ints", getsizeof(numbers(100, false)), 4688},
      {"`set()`", getsizeof(make_set()), 216},
      {"`{1}`", getsizeof(Value(*set_of(make_list({integer(1)})))), 216},
      {"set of 100 ints, of a dict", getsizeof(Value(*set_of(numbers(100, false)))), 4312},
      {"`frozenset()`", getsizeof(Value(*frozenset_of(make_list()))), 216},
      {"instance, its values apart", getsizeof(instance), 48},
      {"instance with two slots", getsizeof(make_instance(with_slots)), 48},
      {"the same with a `__dict__`", getsizeof(make_instance(*make_class("B", {&with_slots, 1}))),
       64},
      {"slot, as an attribute", getsizeof(*getattr(with_slots, "x")), 64},
      {"view of a dict", getsizeof(*keys(*make_dict())), 40},
      {"iterator of a list", getsizeof(*iterate(make_list())), 48},
      {"iterator of a str", getsizeof(*iterate(text("a"))), 48},
      {"iterator of a dict", getsizeof(*iterate(make_dict())), 72},
      {"iterator of a set", getsizeof(*iterate(make_set())), 64},
      {"reversed list", getsizeof(*reversed(make_list())), 48},
      {"enumerate", getsizeof(*enumerate(make_list())), 72},
      {"zip", getsizeof(*zip(nothing)), 64},
      {"map", getsizeof(*map(function, nothing)), 48},
      {"filter", getsizeof(*filter(none(), make_list())), 48},
      {"weak reference", getsizeof(*make_weakref(instance)), 80},
      {"proxy", getsizeof(*make_proxy(instance)), 80},
      {"weak method", getsizeof(*make_weak_method(make_method(instance, function))), 120},
      {"weak-value dict, its dict apart", getsizeof(make_weak_value_dict()), 48},
      {"weak-key dict, its dict apart", getsizeof(make_weak_key_dict()), 48},
      {"weak set, its table apart", getsizeof(make_weak_set()), 48},
      {"finalizer", getsizeof(*make_finalizer(instance, function)), 112},  // and its _Info
      {"function", getsizeof(function), 160},
      {"bound method", getsizeof(make_method(instance, function)), 64},
      {"classmethod, staticmethod", getsizeof(make_classmethod(function)), 48},
      {"super", getsizeof(*make_super(with_dict, instance)), 56},
      {"generator that yields None", getsizeof(*make_generator(one())), 176},
      {"property", getsizeof(make_property(none())), 80},
      {"class, its attributes apart", getsizeof(with_dict), 1704},
  };
}

TEST_F(InspectTest, NoTypeNeedsMoreMemoryThanPythons) {
  std::ostringstream table;
  for (const Row& row : rows()) {
    // The frame of a coroutine is the compiler's; sanitizers and -O0 make it larger.
    EXPECT_LE(row.ours, row.pythons) << row.what;
    table << "| " << row.what << " | " << row.ours << " | " << row.pythons << " |\n";
  }
  RecordProperty("table", table.str());
}

TEST_F(InspectTest, TheTableInTheDocsIsTrue) {
  std::ifstream file(EXUVIA_SOURCE_FOLDER "/docs/types.md");
  const std::string docs{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const Row& row : rows()) {
    if (std::string_view(row.what).starts_with("generator")) continue;  // the compiler's
    std::ostringstream line;
    line << "| " << row.what << " | " << row.ours << " | " << row.pythons << " |\n";
    EXPECT_NE(docs.find(line.str()), std::string::npos) << line.str();
  }
}

// What docs/types.md says of them.
TEST_F(InspectTest, SlotsTakeLessThanSharedNamesAndThoseLessThanADict) {
  const auto with_two = [](const Ref<Class>& of) {
    Value instance = *call(of, {});
    EXPECT_TRUE(setattr(instance, "x", make_int(1)));
    EXPECT_TRUE(setattr(instance, "y", make_int(2)));
    return instance;
  };
  const Value slots = with_two(*make_slots_class("S", {{"x", "y"}}));
  const Value shared = with_two(*make_class("A"));
  const Value own = with_two(*make_class("A"));
  const Value dict = *getattr(own, "__dict__");
  EXPECT_EQ(getsizeof(slots), 48U);
  EXPECT_EQ(getsizeof(shared), 64U);
  EXPECT_EQ(getsizeof(own) + getsizeof(dict), 176U);
}

TEST_F(InspectTest, DeepSizeCountsEachObjectOnce) {
  const Value inner = make_list({real(1), real(2)});
  const Value outer = make_list({inner, inner, integer(1)});
  EXPECT_EQ(deep_getsizeof(outer), getsizeof(outer) + getsizeof(inner) + 2 * 24);
  ASSERT_TRUE(append(*as<List>(inner), outer));
  EXPECT_EQ(deep_getsizeof(outer), getsizeof(outer) + getsizeof(inner) + 2 * 24);
  clear(*as<List>(inner));
}

TEST_F(InspectTest, RefcountCountsItsArgument) {
  const Value list = make_list();
  EXPECT_EQ(getrefcount(list), 2U);
  const Value again = list;
  EXPECT_EQ(getrefcount(list), 3U);
  EXPECT_GE(getrefcount(none()), std::size_t{1} << 30);
}

TEST_F(InspectTest, WhatTheCollectorShowsLeadsBackToValues) {
  const Ref<List> list = make_list();
  const Value holder = *dict_of({{text("k"), list}});
  ASSERT_TRUE(append(*list, list));
  std::set<std::string> shows;
  for (const Ref<void>& referrer : heap.collector().get_referrers({list})) {
    shows.insert(shown(static_ref_cast<Object>(referrer)));
    EXPECT_NE(exact_cast<List>(referrer) == list, exact_cast<Dict>(referrer) == holder);
    EXPECT_FALSE(exact_cast<Tuple>(referrer));
  }
  EXPECT_EQ(shows, (std::set<std::string>{"[[...]]", "{'k': [[...]]}"}));
  clear(*list);
}

// A heap keeps the blocks of dead values by size, whatever their type was, up to a bound.
TEST_F(InspectTest, TheBlocksThatAreKeptForNewValuesAreCountedAndBounded) {
  const auto kept = [this] {
    return heap.storage().blocks().statistics().classes[1];
  };  // 17 to 32 B
  {
    std::vector<Value> floats;
    for (int i = 0; i < 5000; ++i) floats.push_back(real(i));
    EXPECT_GE(kept().in_use, 5000U);
  }
  EXPECT_LT(kept().in_use, 5000U);
  EXPECT_LE(kept().cached, kept().most_cached);
  if (runtime::kChecks) return;  // they check each free, and keep no block
  EXPECT_EQ(kept().most_cached, 256U);
  EXPECT_GT(kept().cached, 0U);
  heap.storage().blocks().trim();
  EXPECT_EQ(kept().cached, 0U);
}

TEST_F(InspectTest, StatisticsArePrinted) {
  const auto name = intern_literal("some_name");
  std::FILE* const file = std::tmpfile();
  debug_malloc_stats(file);
  std::rewind(file);
  std::string printed(100'000, '\0');
  printed.resize(std::fread(printed.data(), 1, printed.size(), file));
  std::fclose(file);
  EXPECT_NE(printed.find("cached blocks  at most"), std::string::npos);
  EXPECT_NE(printed.find("1 interned strings"), std::string::npos);
}

}  // namespace
}  // namespace exuvia::types
