// Random operations on weak containers, here and in CPython, while what they hold dies.
#include <string>
#include <vector>

#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/weak_containers.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class WeakContainersDifferentialTest : public DifferentialTest {
 protected:
  static constexpr std::int64_t kObjects = 6;

  // o[i] are objects whose repr is a number that no other has.
  WeakContainersDifferentialTest() {
    statement(
        "import weakref\n"
        "class N:\n"
        "  def __init__(self, n): self.n = n\n"
        "  def __repr__(self): return f'n{self.n}'\n"
        "o = [None] * 6");
    for (std::int64_t i = 0; i < kObjects; ++i) replace(i);
  }
  void TearDown() override {
    objects_.clear();
    of_.reset();
    DifferentialTest::TearDown();
  }

  // The object at `i` dies, and another one takes its place.
  void replace(std::int64_t i) {
    statement({"o[", std::to_string(i), "] = N(", std::to_string(next_), ")"});
    const Value fresh = make_instance(of_);
    EXPECT_TRUE(setattr(fresh, "n", integer(next_++)));
    objects_[static_cast<std::size_t>(i)] = fresh;
  }
  std::int64_t any_position() { return between(0, kObjects - 1); }
  [[nodiscard]] const Value& object(std::int64_t i) const {
    return objects_[static_cast<std::size_t>(i)];
  }
  static std::string name_of(std::int64_t i) { return "o[" + std::to_string(i) + "]"; }

  static Result<Value> show(const Value&, std::span<const Value> arguments) {
    Result<Value> number = getattr(arguments[0], "n");
    if (!number) return number;
    return Value(text("n" + shown(*number)));
  }
  static Result<Value> listed(const Result<Value>& iterable) {
    if (!iterable) return iterable;
    const Result<Ref<List>> list = list_of(*iterable);
    if (!list) return list.failure();
    return Value(*list);
  }

 private:
  Ref<Class> of_ = *make_class(
      "N", {}, (*dict_of({{text("__repr__"), make_function("__repr__", &show)}})).get());
  std::vector<Value> objects_ = std::vector<Value>(kObjects);
  std::int64_t next_ = 0;
};

TEST_F(WeakContainersDifferentialTest, AWeakValueDictDoesWhatPythonsDoes) {
  const Ref<WeakValueDict> dict = make_weak_value_dict();
  statement("d = weakref.WeakValueDictionary()");
  for (int n = 0; n < 3000; ++n) {
    const std::int64_t i = any_position();
    const std::string o = name_of(i);
    const Value key = integer(between(0, 4));
    const std::string k = shown(key);
    switch (below(14)) {
      case 0:
      case 1:
        expect({"d.__setitem__(", k, ", ", o, ")"}, setitem(dict, key, object(i)));
        break;
      case 2:
        replace(i);
        break;
      case 3:
        expect({"d.pop(", k, ")"}, pop(*dict, key));
        break;
      case 4:
        expect("d.popitem()", popitem(*dict));
        break;
      case 5:
        expect({"d.setdefault(", k, ", ", o, ")"}, setdefault(*dict, key, object(i)));
        break;
      case 6:
        expect({"d[", k, "]"}, getitem(dict, key));
        break;
      case 7:
        expect({"d.__delitem__(", k, ")"}, delitem(dict, key));
        break;
      case 8:
        expect({k, " in d"}, contains(dict, key));
        break;
      case 9:
        expect({"d.update({", k, ": ", o, "})"}, update(*dict, *dict_of({{key, object(i)}})));
        break;
      case 10:
        expect({"list((d | {7: ", o, "}).items())"},
               listed(items(*as<WeakValueDict>(
                   *binary(Operator::kOr, dict, *dict_of({{integer(7), object(i)}}))))));
        break;
      case 11:
        expect({"d == {", k, ": ", o, "}"}, equal(dict, *dict_of({{key, object(i)}})));
        break;
      case 12:
        expect({"d.__setitem__(", k, ", 1)"}, setitem(dict, key, integer(1)));
        break;
      default:
        expect("[r() for r in d.valuerefs()]", [&]() -> Result<Value> {
          const Ref<List> alive = make_list();
          for (const Value& reference : (*valuerefs(*dict))->items())
            EXPECT_TRUE(append(*alive, referent(*as<WeakReference>(reference))));
          return Value(alive);
        }());
    }
    expect("len(d)", length(dict));
    expect("list(d)", listed(keys(*dict)));
    expect("list(d.values())", listed(values(*dict)));
    expect("list(d.copy().items())", listed(items(**copy(*dict))));
  }
  compare();
}

TEST_F(WeakContainersDifferentialTest, AWeakKeyDictDoesWhatPythonsDoes) {
  const Ref<WeakKeyDict> dict = make_weak_key_dict();
  statement("d = weakref.WeakKeyDictionary()");
  for (int n = 0; n < 3000; ++n) {
    const std::int64_t i = any_position();
    const std::string o = name_of(i);
    const Value value = integer(between(0, 4));
    const std::string v = shown(value);
    switch (below(12)) {
      case 0:
      case 1:
        expect({"d.__setitem__(", o, ", ", v, ")"}, setitem(dict, object(i), value));
        break;
      case 2:
        replace(i);
        break;
      case 3:
        expect({"d.pop(", o, ", None)"}, [&]() -> Result<Value> {
          const Result<Value> taken = pop(*dict, object(i));
          return taken ? *taken : Value(none());
        }());
        break;
      case 4:
        expect("d.popitem()", popitem(*dict));
        break;
      case 5:
        expect({"d.setdefault(", o, ", ", v, ")"}, setdefault(*dict, object(i), value));
        break;
      case 6:
        expect({"d.get(", o, ", 'nothing')"}, [&]() -> Result<Value> {
          const Result<Value> found = get(*dict, object(i));
          return found && !*found ? Value(text("nothing")) : found;
        }());
        break;
      case 7:
        expect({o, " in d"}, contains(dict, object(i)));
        break;
      case 8:
        expect("1 in d", contains(dict, integer(1)));
        break;
      case 9:
        expect("d.__setitem__(1, 1)", setitem(dict, integer(1), integer(1)));
        break;
      case 10:
        expect({"d.update([(", o, ", ", v, ")])"},
               update(*dict, make_list({types::make_tuple({object(i), value})})));
        break;
      default:
        expect("len(d.keyrefs())", Result<std::size_t>((*keyrefs(*dict))->size));
    }
    expect("len(d)", length(dict));
    expect("list(d)", listed(keys(*dict)));
    expect("list(d.values())", listed(values(*dict)));
    expect("list(d.copy().items())", listed(items(**copy(*dict))));
  }
  compare();
}

TEST_F(WeakContainersDifferentialTest, AWeakSetDoesWhatPythonsDoes) {
  const Ref<WeakSet> set = make_weak_set();
  statement(
      "s = weakref.WeakSet()\n"
      "S = lambda values: sorted(values, key=lambda v: v.n)");
  const Value number_of = make_function(
      "number",
      [](const Value&, std::span<const Value> arguments) { return getattr(arguments[0], "n"); });
  const auto sorted = [&](const Result<Value>& values) -> Result<Value> {
    if (!values) return values;
    const Ref<List> list = *list_of(*values);
    EXPECT_TRUE(sort(*list, number_of));
    return Value(list);
  };
  for (int n = 0; n < 3000; ++n) {
    const std::int64_t i = any_position();
    const std::int64_t j = any_position();
    const std::string o = name_of(i);
    const std::string both = "[" + o + ", " + name_of(j) + "]";
    if (below(7) == 0) replace(i);
    const Value list = make_list({object(i), object(j)});
    const Value others = *weak_set_of(list);
    switch (below(14)) {
      case 0:
      case 1:
        expect({"s.add(", o, ")"}, add(*set, object(i)));
        break;
      case 2:
      case 3:
        expect({"s.discard(", o, ")"}, [&]() -> Result<void> {
          const Result<bool> done = discard(*set, object(i));
          return done ? Result<void>() : done.failure();
        }());
        break;
      case 4:
        expect({o, " in s"}, contains(set, object(i)));
        break;
      case 5:
        expect("s.add(1)", add(*set, integer(1)));
        break;
      case 6:
        // Of a copy: Python's set would count what dies afterwards for ever.
        expect({"(t := s.copy(), t.intersection_update(", both, "), S(t))[2]"},
               [&]() -> Result<Value> {
                 const Ref<WeakSet> copied = *copy(*set);
                 EXPECT_TRUE(intersection_update(*copied, list));
                 return sorted(Result<Value>(copied));
               }());
        break;
      case 7:
        expect({"s.difference_update(", both, ")"}, difference_update(*set, list));
        break;
      case 8:
        expect({"s.symmetric_difference_update(", both, ")"},
               symmetric_difference_update(*set, list));
        break;
      case 9:
        expect({"s.isdisjoint(", both, ")"}, is_disjoint(*set, list));
        break;
      case 10:
        expect({"s <= weakref.WeakSet(", both, ")"}, less_equal(set, others));
        expect({"s < weakref.WeakSet(", both, ")"}, less(set, others));
        expect({"s >= weakref.WeakSet(", both, ")"}, greater_equal(set, others));
        break;
      case 11:
        expect({"s == weakref.WeakSet(", both, ")"}, equal(set, others));
        break;
      case 12:
        expect({"S(s & ", both, ")"}, sorted(binary(Operator::kAnd, set, list)));
        expect({"S(s | ", both, ")"}, sorted(binary(Operator::kOr, set, list)));
        expect({"S(s - weakref.WeakSet(", both, "))"},
               sorted(binary(Operator::kSubtract, set, others)));
        expect({"S(s ^ ", both, ")"}, sorted(binary(Operator::kXor, set, list)));
        break;
      default:
        expect("s | 1", binary(Operator::kOr, set, integer(1)));
    }
    expect("len(s)", length(set));
    expect("S(s)", sorted(Result<Value>(set)));
  }
  expect("weakref.WeakSet().pop()", pop(*make_weak_set()));
  compare();
}

TEST_F(WeakContainersDifferentialTest, WhatDiesDuringAnIterationIsLeftOut) {
  const Ref<WeakValueDict> dict = make_weak_value_dict();
  const Ref<WeakKeyDict> keyed = make_weak_key_dict();
  const Ref<WeakSet> set = make_weak_set();
  statement(
      "d, k, s = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()");
  for (int round = 0; round < 300; ++round) {
    for (std::int64_t i = 0; i < kObjects; ++i) {
      statement({"d[", std::to_string(i), "] = ", name_of(i)});
      statement({"k[", name_of(i), "] = ", std::to_string(i)});
      statement({"s.add(", name_of(i), ")"});
      ASSERT_TRUE(setitem(dict, integer(i), object(i)));
      ASSERT_TRUE(setitem(keyed, object(i), integer(i)));
      ASSERT_TRUE(add(*set, object(i)));
    }
    statement("a, b = d.items(), k.items()");
    const Value in_dict = *items(*dict);
    const Value in_keyed = *items(*keyed);
    const Value in_set = *iterate(set);
    // Python's iterators keep alive what they gave last, until they go on.
    Value given[2];
    const std::uint64_t steps = below(4);
    for (std::uint64_t n = 0; n < steps; ++n) {
      given[0] = *next(in_dict);
      given[1] = *next(in_keyed);
      expect("next(a)", Result<Value>(given[0]));
      expect("next(b)", Result<Value>(given[1]));
    }
    if (steps > 0 && below(4) == 0) {  // a change that is the program's
      statement("d[8] = k[N] = N; s.add(N)");
      const Value more = make_function("more", &show);
      ASSERT_TRUE(setitem(dict, integer(8), more));
      ASSERT_TRUE(setitem(keyed, more, integer(8)));
      ASSERT_TRUE(add(*set, more));
      expect("next(a)", next(in_dict));
      expect("next(b)", next(in_keyed));
      EXPECT_EQ(shown(next(in_set)), "RuntimeError: Set changed size during iteration");
      statement("d.pop(8); k.pop(N); s.discard(N)");
    } else {
      for (std::uint64_t deaths = 1 + below(3); deaths > 0; --deaths) replace(any_position());
      expect("list(a)", listed(in_dict));
      expect("list(b)", listed(in_keyed));
    }
    for (Value& value : given) value.reset();
    statement("del a, b");
    expect("(len(d), len(k), len(s))",
           Result<Value>(types::make_tuple({integer(static_cast<std::int64_t>(*length(dict))),
                                            integer(static_cast<std::int64_t>(*length(keyed))),
                                            integer(static_cast<std::int64_t>(*length(set)))})));
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
