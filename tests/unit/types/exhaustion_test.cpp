// Each allocation of an operation fails in turn: it says so, changes nothing or all, and leaks
// nothing.
#include <functional>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/iteration.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/text.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class ExhaustionTest : public TypesTest {
 protected:
  using Arguments = std::span<const Value>;

  // Large numbers, each an object of its own.
  static Value numbers(std::size_t count, std::int64_t first = 1000) {
    const Ref<List> list = make_list();
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_TRUE(append(*list, integer(first + static_cast<std::int64_t>(i * 7919 % 1009))));
    return list;
  }
  static Result<Value> negated(const Value&, Arguments arguments) { return negative(arguments[0]); }

  // `change` of what `make` makes does all, or fails for want of memory and does nothing.
  void all_or_nothing(const std::function<Value()>& make,
                      const std::function<Result<void>(const Value&)>& change) {
    const Value changed = make();
    ASSERT_TRUE(change(changed));
    const Value before = make();
    Value object = make();
    with_each_allocation_failing([&] {
      const bool is_done = had_memory(change(object));
      heap.storage().fail_at(0);
      EXPECT_EQ(shown(object), shown(is_done ? changed : before));
      if (is_done) object = make();
    });
  }
  // `make` gives a value or fails for want of memory.
  void gives_or_fails(const std::function<Result<Value>()>& make) {
    const std::string wanted = shown(*make());
    with_each_allocation_failing([&] {
      const Result<Value> made_value = make();
      if (!had_memory(made_value)) return;
      heap.storage().fail_at(0);
      EXPECT_EQ(shown(*made_value), wanted);
    });
  }
  static Result<void> done(const Result<Value>& answer) {
    if (!answer) return answer.failure();
    return {};
  }
};

TEST_F(ExhaustionTest, AListIsSortedOrKeepsAllItsItems) {
  const Value key = make_function("negated", &negated);
  for (const SortOrder order : {SortOrder::kAscending, SortOrder::kDescending}) {
    Value list = numbers(100);
    ASSERT_TRUE(sort(*as<List>(list), key, order));
    const std::string in_order = shown(list);
    list = numbers(100);
    with_each_allocation_failing([&] {
      const bool is_sorted = had_memory(sort(*as<List>(list), key, order));
      heap.storage().fail_at(0);
      EXPECT_EQ(as<List>(list)->size, 100U);
      if (!is_sorted) {
        EXPECT_TRUE(sort(*as<List>(list), key, order));
      }
      EXPECT_EQ(shown(list), in_order);
      list = numbers(100);
    });
  }
}

TEST_F(ExhaustionTest, ListsChangeInPlaceOrStay) {
  const Value lists = make_list({make_list(), make_list()});
  const auto untracked = [] { return numbers(5); };
  all_or_nothing(untracked, [&](const Value& list) { return extend(*as<List>(list), lists); });
  all_or_nothing(untracked, [&](const Value& list) { return set_slice(list, 1, 3, lists); });
  all_or_nothing(untracked, [&](const Value& list) { return set_slice(list, 0, 4, lists, 2); });
  all_or_nothing(untracked, [&](const Value& list) { return insert(*as<List>(list), 0, lists); });
  all_or_nothing(untracked, [](const Value& list) { return delete_slice(list, 0, 5, 2); });
  all_or_nothing(untracked, [&](const Value& list) {
    return done(in_place(Operator::kMultiply, list, integer(9)));
  });
  all_or_nothing(untracked,
                 [](const Value& list) { return done(in_place(Operator::kAdd, list, list)); });
  EXPECT_EQ(collect(), 0U);
}

TEST_F(ExhaustionTest, BytearraysSetsAndDictsChangeInPlaceOrStay) {
  const auto array = [] { return Value(make_bytearray("some bytes")); };
  const Value more = make_bytes("and more of them");
  all_or_nothing(array,
                 [&](const Value& bytes) { return done(in_place(Operator::kAdd, bytes, more)); });
  all_or_nothing(array, [](const Value& bytes) {
    return done(in_place(Operator::kMultiply, bytes, integer(9)));
  });
  const Value lists = make_tuple({make_tuple({make_list()})});
  const auto set = [] { return Value(*set_of(numbers(5))); };
  const Value others = *set_of(numbers(8, 1003));
  all_or_nothing(
      set, [&](const Value& values) { return intersection_update(*as<Set>(values), others); });
  all_or_nothing(set, [&](const Value& values) {
    return done(in_place(Operator::kSubtract, values, others));
  });
  const auto dict = [] {
    const Ref<Dict> items = *dict_from_keys(numbers(5), none());
    return Value(items);
  };
  const Value key = text("key");
  all_or_nothing(
      dict, [&](const Value& items) { return done(setdefault(*as<Dict>(items), key, lists)); });
  all_or_nothing(dict, [](const Value& items) { return done(popitem(*as<Dict>(items))); });
}

TEST_F(ExhaustionTest, SetsAndDictsThatGrowInPlaceKeepWhatTheyHad) {
  const Value others = numbers(40, 5000);
  with_each_allocation_failing([&] {
    const Result<Ref<Set>> set = set_of(others);
    if (!had_memory(set)) return;
    (void)had_memory(in_place(Operator::kOr, *set, *set));
    (void)had_memory(in_place(Operator::kXor, *set, *set));
    const Result<Ref<Dict>> dict = dict_from_keys(others, others);
    if (!had_memory(dict)) return;
    (void)had_memory(in_place(Operator::kOr, *dict, *dict));
    (void)had_memory(copy(**dict));
  });
}

TEST_F(ExhaustionTest, IterationGivesAllOrFails) {
  const Value list = numbers(5);
  const Value key = make_function("negated", &negated);
  const Value lists[] = {list, list};
  const Value one_list[] = {list};
  const auto listed = [](const Result<Value>& iterator) -> Result<Value> {
    if (!iterator) return iterator;
    const Result<Ref<List>> items = list_of(*iterator);
    if (!items) return items.failure();
    return Value(*items);
  };
  const Value million = integer(1'000'000);
  gives_or_fails([&] { return listed(enumerate(list, million)); });
  gives_or_fails([&] { return listed(zip(lists)); });
  gives_or_fails([&] { return listed(map(key, one_list)); });
  gives_or_fails([&] { return listed(filter(none(), list)); });
  gives_or_fails([&] { return listed(reversed(list)); });
  gives_or_fails([&] { return min(list, key); });
  gives_or_fails([&] { return max(list, key); });
  gives_or_fails([&] { return sum(list); });
  gives_or_fails([&]() -> Result<Value> {
    const Result<Ref<List>> sorted_list = sorted(list, key, SortOrder::kDescending);
    if (!sorted_list) return sorted_list.failure();
    return Value(*sorted_list);
  });
}

TEST_F(ExhaustionTest, PartsOfTextsAreAllThereOrNone) {
  const Value words = make_bytearray("some words side by side");
  gives_or_fails([&] { return split(words); });
  const Value side = make_bytes("side");
  gives_or_fails([&] { return partition(words, side); });
  const Value comma = text(", ");
  const Value numerals = make_list({text("one"), text("two")});
  gives_or_fails([&] { return join(comma, numerals); });
}

TEST_F(ExhaustionTest, DescriptorsAnswerOrFail) {
  const auto answer =
      make_function("f", [](const Value&, Arguments a) { return made(types::make_tuple(a)); });
  const Value list = make_list();
  with_each_allocation_failing([&] {
    const Result<Ref<Class>> of = make_class("Described");
    if (!had_memory(of)) return;
    const Ref<Property> property = make_property(answer, answer, answer);
    const Ref<ClassMethod> of_class = make_classmethod(answer);
    const Ref<StaticMethod> of_none = make_staticmethod(answer);
    if (!property || !of_class || !of_none) return;
    const std::pair<const char*, Value> attributes[] = {{"property", property},
                                                        {"of_class", of_class},
                                                        {"of_none", of_none},
                                                        {"__add__", of_class},
                                                        {"method", answer}};
    for (const auto& [name, value] : attributes)
      if (!had_memory(setattr(*of, name, value))) return;
    const Value object = make_instance(*of);
    if (!object) return;
    for (const auto& [name, value] : attributes) (void)had_memory(getattr(object, name));
    (void)had_memory(setattr(object, "property", list));
    (void)had_memory(add(object, list));
    const Result<Ref<Super>> above = make_super(*of, object);
    if (had_memory(above)) (void)had_memory(hasattr(object, "property"));
    (void)had_memory(setattr(object, "x", list));
    (void)had_memory(getattr(object, "__dict__"));
  });
}

}  // namespace
}  // namespace exuvia::types
