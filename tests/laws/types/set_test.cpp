#include "exuvia/types/set.hpp"

#include "exuvia/types/bytes.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class SetDifferentialTest : public DifferentialTest {
 protected:
  static Result<Value> sorted(const Value& set) {
    const Ref<List> list = *list_of(set);
    EXPECT_TRUE(sort(*list));
    return Value(list);
  }
};

TEST_F(SetDifferentialTest, SetsChangeAndCompareAlike) {
  const Ref<Set> set = make_set();
  statement("s = set()");
  const std::vector<Value> iterables{make_list({integer(1), integer(2)}),
                                     make_list({integer(1), make_list()}),
                                     make_tuple({integer(3), integer(1), integer(3)}),
                                     make_bytes("\x01\x04"),
                                     Value(*set_of(make_list({integer(2), integer(5)}))),
                                     Value(*frozenset_of(make_list({integer(1)}))),
                                     make_list(),
                                     integer(7)};
  const std::vector<Value> values{integer(1), integer(2), integer(9), make_list()};
  for (int i = 0; i < 3000; ++i) {
    const Value& other = below(12) == 0 ? set : any_of(iterables);
    const std::string o = other.get() == set.get() ? "s" : shown(other);
    const Value& value = any_of(values);
    const std::string v = shown(value);
    switch (below(11)) {
      case 0:
        expect({"s.update(", o, ")"}, update(*set, other));
        break;
      case 1:
        expect({"s.intersection_update(", o, ")"}, intersection_update(*set, other));
        break;
      case 2:
        expect({"s.difference_update(", o, ")"}, difference_update(*set, other));
        break;
      case 3:
        expect({"s.symmetric_difference_update(", o, ")"},
               symmetric_difference_update(*set, other));
        break;
      case 4:
        expect({"s.isdisjoint(", o, ")"}, is_disjoint(*set, other));
        break;
      case 5:
        expect({"s.issubset(", o, ")"}, is_subset(*set, other));
        break;
      case 6:
        expect({"s.issuperset(", o, ")"}, is_superset(*set, other));
        break;
      case 7:
        expect({"s.remove(", v, ")"}, remove(*set, value));
        break;
      case 8:
        expect({"s.add(", v, ")"}, add(*set, value));
        break;
      case 9:
        expect({v, " in s"}, contains(set, value));
        break;
      default:
        expect("sorted(s.copy())", sorted(*copy(*set)));
    }
    expect("sorted(s)", sorted(set));
  }
  compare();
}

TEST_F(SetDifferentialTest, ASetIsLookedForAsAFrozenset) {
  const Value inner = *set_of(make_list({integer(1), text("a")}));
  const Ref<Set> outer = *set_of(make_list({Value(*frozenset_of(inner))}));
  const Value frozen = *frozenset_of(outer);
  statement("s = {frozenset({1, 'a'})}");
  expect("{1, 'a'} in s", contains(outer, inner));
  expect("{1, 'a'} in frozenset(s)", contains(frozen, inner));
  expect("{1} in s", contains(outer, *set_of(make_list({integer(1)}))));
  expect("s.add({1, 'a'})", add(*outer, inner));
  expect("s.remove({1})", remove(*outer, *set_of(make_list({integer(1)}))));
  expect("s.discard({1, 'a'}) is None", discard(*outer, inner));
  expect("len(s)", length(outer));
  expect("s.pop()", pop(*outer));
  compare();
}

TEST_F(SetDifferentialTest, PopsEachValueOnceAndSoonWhateverTheSize) {
  const Ref<Set> set = make_set();
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < 100'000; ++i) ASSERT_TRUE(add(*set, integer(i)));
  while (set->used > 0) sum += *as_integer(*pop(*set))->to_int64();
  EXPECT_EQ(sum, std::int64_t{100'000} * 99'999 / 2);
}

}  // namespace
}  // namespace exuvia::types
