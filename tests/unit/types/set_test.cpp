#include "exuvia/types/set.hpp"

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
