#include "exuvia/types/object.hpp"

#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/inspect.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/weakref.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class ObjectTest : public TypesTest {};

// A class of the program's own.
struct Pair : Object {
  static const Type type;
  Value first;
  Value second;

  Pair(Value a, Value b) : first(std::move(a)), second(std::move(b)) {
    if (first == second) throw std::invalid_argument("the same twice");
  }
  void trace(Visitor& v) const { v(first, second); }
};
constinit const Type Pair::type =
    native_type<Pair>("pair", {.repr = [](const Object& self, std::string& out) -> Result<void> {
                                 out += "pair of ";
                                 return append_repr(*static_cast<const Pair&>(self).first, out);
                               },
                               .getitem = [](Object& self, const Value& key) -> Result<Value> {
                                 const Result<std::int64_t> index = to_index(key);
                                 if (!index) return index.failure();
                                 const Pair& pair = static_cast<Pair&>(self);
                                 return *index == 0 ? pair.first : pair.second;
                               }});

TEST_F(ObjectTest, AClassOfTheProgramsOwnIsAValue) {
  const Value pair = make_native<Pair>(integer(1), text("two"));
  EXPECT_EQ(shown(pair), "pair of 1");
  EXPECT_EQ(shown(getitem(pair, integer(1))), "'two'");
  EXPECT_EQ(shown(length(pair)), "TypeError: object of type 'pair' has no len()");
  EXPECT_EQ(shown(setitem(pair, integer(0), pair)),
            "TypeError: 'pair' object does not support item assignment");
  EXPECT_EQ(shown(getattr(pair, "x")), "AttributeError: 'pair' object has no attribute 'x'");
  EXPECT_TRUE(is<Pair>(pair));
  EXPECT_EQ(as<List>(pair), nullptr);
}

TEST_F(ObjectTest, WhatAConstructorThrowsPassesAndLeavesNothing) {
  EXPECT_THROW((void)make_native<Pair>(none(), none()), std::invalid_argument);
}

struct Triple : Pair {
  Value third;
  using Pair::Pair;
  void trace(Visitor& v) const { v(first, second, third); }
};

TEST_F(ObjectTest, AClassWithoutATypeOfItsOwnStopsTheProcess) {
  const char* const says = "make_native makes classes that have a `type` of their own: .*";
  EXPECT_DEATH((void)make_native<Triple>(integer(1), integer(2)), std::string(says) + "Triple");
  EXPECT_DEATH((void)make_native<Int>(), std::string(says) + "exuvia::types::Int");
}

TEST_F(ObjectTest, AnObjectOfOnesOwnDiesInACycleWithLists) {
  {
    const Ref<List> list = make_list();
    ASSERT_TRUE(append(*list, make_native<Pair>(list, none())));
  }
  EXPECT_EQ(collect(), 2U);
}

// One whose objects differ in length.
struct Vector : Object, Tail<Vector, Value> {
  static const Type type;
  Value name;

  Vector(const TailSize& size, Value n) : Tail(size), name(std::move(n)) {
    std::fill(tail().begin(), tail().end(), name);
  }
  void trace(Visitor& v) const { v(name); }
};
constinit const Type Vector::type = native_type<Vector>("vector");

struct Flags : Object, Tail<Flags, bool> {
  static const Type type;
  double weight;
};
constinit const Type Flags::type = native_type<Flags>("flags");

TEST_F(ObjectTest, ObjectsOfOnesOwnMayDifferInLength) {
  const Value name = text("row");
  const Ref<Vector> vector = make_native_with_tail<Vector>(5, name);
  EXPECT_EQ(name.use_count(), 7U);
  EXPECT_EQ(getsizeof(vector), sizeof(runtime::Header) + 16 + 5 * 8);
  EXPECT_EQ(deep_getsizeof(vector), getsizeof(vector) + getsizeof(name));
  vector->tail()[4] = vector;
  EXPECT_EQ(Collector::get_referents(vector).size(), 6U);
  const Ref<Flags> flags = make_native_with_tail<Flags>(3, 0.5);
  EXPECT_EQ(flags->weight, 0.5);
  EXPECT_FALSE(flags->tail()[2]);
  EXPECT_EQ(getsizeof(flags), sizeof(runtime::Header) + 16 + 3);
  EXPECT_THROW((void)make_native_with_tail<Flags>(SIZE_MAX, 0.5), std::bad_alloc);
}

TEST_F(ObjectTest, AnObjectOfOnesOwnIsEmptyWithoutMemory) {
  if (!runtime::kChecks) GTEST_SKIP() << "allocations fail on request in checking builds";
  runtime::Storage& storage = runtime::HeapCore::current().storage();
  const Value one = integer(1);
  const Value two = integer(2);
  storage.fail_at(1);
  EXPECT_FALSE(try_make_native<Pair>(one, two));
  storage.fail_at(1);
  EXPECT_FALSE(made(try_make_native_with_tail<Vector>(5, one)));
  storage.fail_at(1);
  EXPECT_THROW((void)make_native<Pair>(one, two), std::bad_alloc);
  storage.fail_at(0);
  EXPECT_TRUE(try_make_native<Pair>(one, two));
}

TEST_F(ObjectTest, UsingAnEmptyValueStopsTheProcess) {
  const char* const says = "exuvia: an empty Ref is used: exuvia::types::Object";
  const Value empty;
  const Ref<List> list = make_list({integer(1)});
  const Ref<Dict> dict = *dict_of({{none(), none()}});
  EXPECT_DEATH((void)repr(empty), says);
  EXPECT_DEATH((void)equal(list, empty), says);
  EXPECT_DEATH((void)hash(empty), says);
  EXPECT_DEATH((void)truth(empty), says);
  EXPECT_DEATH((void)add(integer(1), empty), says);
  EXPECT_DEATH((void)iterate(empty), says);
  EXPECT_DEATH((void)contains(list, empty), says);
  EXPECT_DEATH((void)getitem(dict, empty), says);
  EXPECT_DEATH((void)getattr(empty, "x"), says);
  EXPECT_DEATH((void)call(empty, {}), says);
  EXPECT_DEATH((void)append(*list, empty), says);
  EXPECT_DEATH((void)insert(*list, 0, empty), says);
  EXPECT_DEATH((void)make_list({empty}), says);
  EXPECT_DEATH((void)make_tuple({empty}), says);
  EXPECT_DEATH((void)set(*dict, text("key"), empty), says);
  EXPECT_DEATH((void)add(*make_set(), empty), says);
  EXPECT_DEATH((void)make_weakref(empty), says);
  EXPECT_DEATH((void)getsizeof(empty), says);
  EXPECT_FALSE(is<List>(empty));
  EXPECT_EQ(as<List>(empty), nullptr);
  EXPECT_FALSE(cast<List>(empty));
}

// Where no reference is counted either.
TEST_F(ObjectTest, AWrongThreadIsNoticedByAllThatChangesAValue) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  const Ref<List> list = make_list({integer(1)});
  const Ref<Dict> dict = *dict_of({{integer(1), integer(2)}});
  const Ref<Set> set = *set_of(list);
  const Ref<ByteArray> array = make_bytearray("abc");
  const Value instance = make_instance(*make_class("A"));
  const Value name = text("name");
  const std::vector<std::function<void()>> uses{
      [&] { (void)append(*list, integer(1)); },
      [&] { clear(*list); },
      [&] { (void)setitem(list, integer(0), integer(2)); },
      [&] { (void)types::set(*dict, integer(1), integer(3)); },
      [&] { clear(*dict); },
      [&] { (void)add(*set, integer(1)); },
      [&] { (void)append(*array, 'd'); },
      [&] { (void)setattr(instance, name, integer(1)); },
      [&] { (void)length(list); },
  };
  for (const auto& use : uses) {
    EXPECT_DEATH(std::thread(use).join(),
                 "exuvia: a heap is used by a thread that does not own it: .* at 0x");
  }
}

TEST_F(ObjectTest, ATypeMayBeMadeAtRunTime) {
  // As a language that loads its types: the descriptor must live as long as the process.
  static const std::string name = "loaded";
  static const Type loaded{{.name = name.c_str(),
                            .size = Pair::type.size,
                            .trace = Pair::type.trace,
                            .destroy = Pair::type.destroy},
                           {.length = [](const Object&) -> Result<std::size_t> { return 2; }}};
  const Value object =
      runtime::make_as<Pair>(loaded, runtime::HeapCore::current(), none(), integer(1));
  EXPECT_EQ(shown(length(object)), "2");
  EXPECT_TRUE(shown(object).starts_with("<loaded object at 0x"));
  EXPECT_FALSE(is<Pair>(object));
}

TEST_F(ObjectTest, MadeUnderAnImmortalScopeNeverDies) {
  Heap other;
  const HeapScope scope(other);
  Value list;
  {
    const ImmortalScope immortal;
    list = make_list({text("kept for ever")});
  }
  EXPECT_GE(list.use_count(), std::size_t{1} << 30);
  EXPECT_EQ(other.object_count(), 0U);
  list.reset();
}

}  // namespace
}  // namespace exuvia::types
