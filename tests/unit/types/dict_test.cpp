#include "exuvia/types/dict.hpp"

#include <map>
#include <random>

#include "exuvia/types/class.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/slice.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class DictTest : public TypesTest {};

TEST_F(DictTest, KeepsTheOrderOfInsertion) {
  const Ref<Dict> dict = *dict_of({{text("b"), integer(1)}, {text("a"), integer(2)}});
  EXPECT_EQ(shown(set(*dict, text("b"), integer(3))), "done");
  EXPECT_EQ(shown(Value(dict)), "{'b': 3, 'a': 2}");
  EXPECT_EQ(shown(delitem(dict, text("b"))), "done");
  EXPECT_EQ(shown(set(*dict, text("b"), integer(4))), "done");
  EXPECT_EQ(shown(Value(dict)), "{'a': 2, 'b': 4}");
  EXPECT_EQ(shown(keys(*dict)), "dict_keys(['a', 'b'])");
  EXPECT_EQ(shown(values(*dict)), "dict_values([2, 4])");
  EXPECT_EQ(shown(items(*dict)), "dict_items([('a', 2), ('b', 4)])");
}

TEST_F(DictTest, TakesKeysOfAllTypesAndEqualNumbersForOne) {
  const Ref<Dict> dict = *dict_of({{text("a"), integer(0)}, {integer(1), text("int")}});
  EXPECT_EQ(shown(set(*dict, real(1.0), text("float"))), "done");
  EXPECT_EQ(shown(set(*dict, make_bool(true), text("bool"))), "done");
  EXPECT_EQ(shown(Value(dict)), "{'a': 0, 1: 'bool'}");
  EXPECT_EQ(shown(getitem(dict, text("a"))), "0");
  EXPECT_EQ(shown(set(*dict, make_list(), none())), "TypeError: unhashable type: 'list'");
}

TEST_F(DictTest, SaysWhichKeyIsMissing) {
  const Ref<Dict> dict = make_dict();
  EXPECT_EQ(shown(getitem(dict, text("x"))), "KeyError: 'x'");
  EXPECT_EQ(shown(get(*dict, text("x"))), "nothing");
  EXPECT_EQ(shown(pop(*dict, integer(1))), "KeyError: 1");
  EXPECT_EQ(shown(popitem(*dict)), "KeyError: 'popitem(): dictionary is empty'");
}

TEST_F(DictTest, IsTrackedOnlyWhenItMayHoldReferences) {
  const Ref<Dict> dict = *dict_of({{text("a"), integer(1)}});
  EXPECT_FALSE(Collector::is_tracked(dict));
  ASSERT_TRUE(set(*dict, text("self"), dict));
  EXPECT_TRUE(Collector::is_tracked(dict));
  EXPECT_EQ(shown(Value(dict)), "{'a': 1, 'self': {...}}");
  EXPECT_EQ(collect(), 0U);
}

TEST_F(DictTest, InACycleIsCollected) {
  {
    const Ref<Dict> dict = *dict_of({{integer(1), integer(2)}});
    ASSERT_TRUE(set(*dict, text("list"), make_list({dict})));
  }
  EXPECT_EQ(collect(), 2U);
}

TEST_F(DictTest, TakesNoMoreMemoryThanPythons) {
  const auto bytes = [](const Ref<Dict>& dict) {
    return sizeof(runtime::Header) + Dict::type.size + Dict::type.does.extra_bytes(*dict);
  };
  EXPECT_EQ(bytes(make_dict()), 32U);                              // CPython 3.12: 64
  EXPECT_EQ(bytes(*dict_of({{text("a"), none()}})), 32U + 104U);   // 184
  EXPECT_EQ(bytes(*dict_of({{integer(1), none()}})), 32U + 144U);  // 224
}

TEST_F(DictTest, FailsToIterateWhenItGrowsMeanwhile) {
  const Ref<Dict> dict = *dict_of({{integer(1), none()}});
  const Value iterator = *iterate(dict);
  EXPECT_EQ(shown(next(iterator)), "1");
  ASSERT_TRUE(set(*dict, integer(2), none()));
  EXPECT_EQ(shown(next(iterator)), "RuntimeError: dictionary changed size during iteration");
}

TEST_F(DictTest, FailsToIterateOverMoreItemsThanItHadAtTheStart) {
  using Iterated = Result<Value> (*)(Dict&);
  const auto changed_after_one = [](Iterated iterated) {
    const Ref<Dict> dict = *dict_of({{integer(1), integer(1)}, {integer(2), integer(2)}});
    const Value iterator = *iterated(*dict);
    EXPECT_TRUE(*next(iterator));
    EXPECT_TRUE(take(*dict, integer(1)));
    EXPECT_TRUE(set(*dict, integer(3), integer(3)));
    return iterator;
  };
  const Iterated forwards[] = {[](Dict& dict) { return iterate(*keys(dict)); },
                               [](Dict& dict) { return iterate(*values(dict)); },
                               [](Dict& dict) { return iterate(*items(dict)); }};
  for (const Iterated iterated : forwards) {
    const Value iterator = changed_after_one(iterated);
    EXPECT_TRUE(*next(iterator));
    EXPECT_EQ(shown(next(iterator)), "RuntimeError: dictionary keys changed during iteration");
    EXPECT_EQ(shown(next(iterator)), "nothing");
  }
  const Value backwards = changed_after_one([](Dict& dict) { return reversed(ref_to(dict)); });
  EXPECT_EQ(shown(next(backwards)), "nothing");
}

TEST_F(DictTest, MergesCopiesAndEmpties) {
  const Ref<Dict> a = *dict_of({{text("x"), integer(1)}, {text("y"), integer(2)}});
  const Ref<Dict> b = *dict_of({{text("y"), integer(3)}, {integer(0), integer(4)}});
  EXPECT_EQ(shown(binary(Operator::kOr, a, b)), "{'x': 1, 'y': 3, 0: 4}");
  EXPECT_EQ(shown(equal(Value(*copy(*a)), Value(a))), "True");
  EXPECT_EQ(shown(equal(Value(a), Value(b))), "False");
  EXPECT_EQ(shown(popitem(*b)), "(0, 4)");
  EXPECT_EQ(shown(setdefault(*b, text("z"), integer(5))), "5");
  EXPECT_EQ(shown(setdefault(*b, text("z"), integer(6))), "5");
  clear(*a);
  EXPECT_EQ(shown(Value(a)), "{}");
  EXPECT_EQ(shown(contains(b, text("z"))), "True");
}

TEST_F(DictTest, AgreesWithAMapThroughRandomChanges) {
  std::mt19937 random(1);
  const Ref<Dict> dict = make_dict();
  std::map<std::int64_t, std::int64_t> oracle;
  for (int step = 0; step < 20'000; ++step) {
    const std::int64_t key = random() % 400;
    const bool as_text = key % 2 == 0 && step > 10'000;
    const Value name = as_text ? Value(text(std::to_string(key))) : integer(key * 1'000'003);
    const std::int64_t known = as_text ? -key - 1 : key;
    if (random() % 3 == 0) {
      EXPECT_EQ(static_cast<bool>(*take(*dict, name)), oracle.erase(known) == 1);
    } else {
      ASSERT_TRUE(set(*dict, name, integer(step)));
      oracle[known] = step;
    }
    const Value found = *get(*dict, name);
    EXPECT_EQ(found ? *as_integer(found)->to_int64() : -1,
              oracle.contains(known) ? oracle[known] : -1);
    EXPECT_EQ(dict->used, oracle.size());
  }
}

TEST_F(DictTest, KnowsTheHashesOfItsKeys) {
  const Ref<List> calls = make_list();
  const Ref<Class> of = *make_class("Key");
  const Code hash = [](const Value& noted, std::span<const Value>) -> Result<Value> {
    if (Result<void> done = append(*as<List>(noted), none()); !done) return done.failure();
    return integer(1);
  };
  ASSERT_TRUE(setattr(of, "__hash__", Value(make_function("__hash__", hash, calls))));
  const Ref<Dict> dict = *dict_of({{make_instance(of), integer(1)}, {text("a"), integer(2)}});
  EXPECT_EQ(calls->size, 1U);
  const Ref<Dict> same_items = *copy(*dict);
  EXPECT_EQ(shown(equal(Value(dict), Value(same_items))), "True");
  EXPECT_TRUE(binary(Operator::kOr, dict, same_items));
  EXPECT_EQ(shown(update(*dict, Value(same_items))), "done");
  EXPECT_EQ(calls->size, 1U);
}

TEST_F(DictTest, SurvivesTheFailureOfEachAllocation) {
  std::vector<Value> names;
  for (int i = 0; i < 30; ++i) names.push_back(text("key" + std::to_string(i)));
  const Value list = make_list();
  with_each_allocation_failing([&] {
    const Ref<Dict> dict = make_dict();
    if (!dict) return;
    for (const Value& name : names) {
      const std::size_t before = dict->used;
      EXPECT_EQ(dict->used, had_memory(set(*dict, name, list)) ? before + 1 : before);
    }
    (void)had_memory(set(*dict, none(), list));
    (void)had_memory(repr(dict));
    (void)had_memory(items(*dict));
  });
}

}  // namespace
}  // namespace exuvia::types
