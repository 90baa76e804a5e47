#include "exuvia/types/set.hpp"

#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"

#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class SetTest : public TypesTest {
 protected:
  static Value set(std::initializer_list<Value> values) {
    return Value(*set_of(make_list(values)));
  }
  static Value frozen(std::initializer_list<Value> values) {
    return Value(*frozenset_of(make_list(values)));
  }
  // Notes in `calls` when it is asked for its hash.
  static Value equal_to_one(const Value& calls) {
    const Ref<Class> of = *make_class("One");
    const Code hash = [](const Value& noted, std::span<const Value>) -> Result<Value> {
      if (Result<void> done = append(*as<List>(noted), none()); !done) return done.failure();
      return integer(1);
    };
    const Code equal = [](const Value&, std::span<const Value>) -> Result<Value> {
      return Value(make_bool(true));
    };
    EXPECT_TRUE(setattr(of, "__hash__", Value(make_function("__hash__", hash, calls))));
    EXPECT_TRUE(setattr(of, "__eq__", Value(make_function("__eq__", equal))));
    return make_instance(of);
  }
};

TEST_F(SetTest, HoldsEachValueOnce) {
  EXPECT_EQ(shown(set({integer(1), real(1), text("a"), integer(1)})), "{1, 'a'}");
  EXPECT_EQ(shown(set({})), "set()");
  EXPECT_EQ(shown(frozen({integer(1)})), "frozenset({1})");
  EXPECT_EQ(shown(frozen({})), "frozenset()");
  EXPECT_EQ(shown(set_of(make_list({make_list()}))), "TypeError: unhashable type: 'list'");
}

TEST_F(SetTest, ChangesAsPythonsDoes) {
  const Ref<Set> values = make_set();
  EXPECT_EQ(shown(add(*values, integer(1))), "done");
  EXPECT_EQ(shown(discard(*values, integer(2))), "False");
  EXPECT_EQ(shown(remove(*values, text("x"))), "KeyError: 'x'");
  EXPECT_EQ(shown(contains(values, integer(1))), "True");
  EXPECT_EQ(shown(remove(*values, integer(1))), "done");
  EXPECT_EQ(shown(Value(values)), "set()");
}

TEST_F(SetTest, CombinesAndCompares) {
  const Value a = set({integer(1), integer(2), integer(3)});
  const Value b = frozen({integer(3), integer(4)});
  EXPECT_EQ(shown(binary(Operator::kAnd, a, b)), "{3}");
  EXPECT_EQ(shown(binary(Operator::kOr, a, b)), "{1, 2, 3, 4}");
  EXPECT_EQ(shown(binary(Operator::kSubtract, a, b)), "{1, 2}");
  EXPECT_EQ(shown(binary(Operator::kXor, b, a)), "frozenset({4, 1, 2})");
  EXPECT_EQ(shown(less(set({integer(3)}), a)), "True");
  EXPECT_EQ(shown(less(a, b)), "False");
  EXPECT_EQ(shown(less_equal(a, a)), "True");
  EXPECT_EQ(shown(equal(set({integer(3), integer(4)}), b)), "True");
  EXPECT_EQ(shown(binary(Operator::kAdd, a, b)),
            "TypeError: unsupported operand type(s) for +: 'set' and 'frozenset'");
}

TEST_F(SetTest, KeepsOfEqualValuesWhatPythonKeeps) {
  const auto one = [] { return set({integer(1)}); };
  const auto true_one = [] { return set({make_bool(true)}); };
  const auto both = [] { return set({integer(1), integer(2)}); };
  EXPECT_EQ(shown(binary(Operator::kAnd, one(), true_one())), "{True}");
  EXPECT_EQ(shown(binary(Operator::kAnd, true_one(), one())), "{1}");
  EXPECT_EQ(shown(binary(Operator::kAnd, both(), true_one())), "{True}");
  EXPECT_EQ(shown(binary(Operator::kAnd, true_one(), both())), "{True}");
  EXPECT_EQ(shown(binary(Operator::kOr, one(), true_one())), "{1}");
  EXPECT_EQ(shown(in_place(Operator::kAnd, both(), true_one())), "{True}");
  const Value values = both();
  EXPECT_EQ(shown(intersection_update(*as<Set>(values), make_list({make_bool(true)}))), "done");
  EXPECT_EQ(shown(values), "{True}");
  const Value ones = *keys(**dict_of({{integer(1), none()}}));
  EXPECT_EQ(shown(binary(Operator::kAnd, true_one(), ones)), "{1}");
  EXPECT_EQ(shown(binary(Operator::kAnd, ones, true_one())), "{1}");
  EXPECT_EQ(shown(binary(Operator::kAnd, ones, make_list({make_bool(true)}))), "{True}");
}

TEST_F(SetTest, AnIntersectionTracksTheSetThatItChanges) {
  const Value values = set({integer(1)});
  EXPECT_FALSE(Collector::is_tracked(values));
  ASSERT_TRUE(intersection_update(*as<Set>(values), make_list({equal_to_one(make_list())})));
  EXPECT_TRUE(Collector::is_tracked(values));
}

TEST_F(SetTest, KnowsTheHashesOfItsValues) {
  const Ref<List> calls = make_list();
  const Value a = set({equal_to_one(calls)});
  const Value b = set({equal_to_one(calls), integer(2)});
  EXPECT_EQ(calls->size, 2U);
  for (const Operator op : {Operator::kAnd, Operator::kOr, Operator::kXor, Operator::kSubtract})
    EXPECT_TRUE(binary(op, a, b));
  EXPECT_EQ(shown(less(a, b)), "True");
  EXPECT_TRUE(copy(*as<Set>(a)));
  EXPECT_TRUE(frozenset_of(a));
  EXPECT_TRUE(in_place(Operator::kOr, a, b));
  EXPECT_EQ(calls->size, 2U);
}

TEST_F(SetTest, HashesWhateverTheOrder) {
  EXPECT_EQ(*hash(frozen({integer(1), text("a")})), *hash(frozen({text("a"), integer(1)})));
  EXPECT_EQ(shown(hash(set({}))), "TypeError: unhashable type: 'set'");
}

TEST_F(SetTest, IsTrackedOnlyWhenItMayHoldReferences) {
  EXPECT_FALSE(Collector::is_tracked(frozen({integer(1)})));
  EXPECT_FALSE(Collector::is_tracked(frozen({frozen({integer(1)})})));
  const Value values = set({integer(1)});
  EXPECT_FALSE(Collector::is_tracked(values));
  ASSERT_TRUE(add(*as<Set>(values), frozen({integer(2)})));
  EXPECT_FALSE(Collector::is_tracked(values));
  // An iterator hashes by identity and holds what it walks over.
  ASSERT_TRUE(add(*as<Set>(values), *iterate(values)));
  EXPECT_TRUE(Collector::is_tracked(values));
}

TEST_F(SetTest, SurvivesTheFailureOfEachAllocation) {
  std::vector<Value> values;
  for (int i = 0; i < 20; ++i) values.push_back(integer(1000 + i));
  with_each_allocation_failing([&] {
    const Ref<Set> some = make_set();
    if (!some) return;
    for (const Value& value : values) {
      const std::size_t before = some->used;
      EXPECT_EQ(some->used, had_memory(add(*some, value)) ? before + 1 : before);
    }
    (void)had_memory(frozenset_of(some));
    (void)had_memory(binary(Operator::kXor, some, some));
  });
}

}  // namespace
}  // namespace exuvia::types
