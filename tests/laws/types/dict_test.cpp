#include "exuvia/types/dict.hpp"

#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

class DictDifferentialTest : public DifferentialTest {
 protected:
  // Sets have an order of their own.
  static Result<Value> in_order(const Result<Value>& values) {
    if (!values || as_set(**values) == nullptr) return values;
    const Ref<List> list = *list_of(*values);
    const auto shown_value = [](const Value&, std::span<const Value> arguments) -> Result<Value> {
      return made(text(shown(arguments[0])));
    };
    const Result<void> done = sort(*list, make_function("repr", shown_value));
    return done ? Result<Value>(list) : done.failure();
  }
};

TEST_F(DictDifferentialTest, ViewsShowTheDictAsItIsAndCombineAsSets) {
  statement(
      "def in_order(x): return sorted(x, key=repr) if isinstance(x, (set, frozenset)) else x");
  statement("d = {}\nk, v, i = d.keys(), d.values(), d.items()");
  const Ref<Dict> dict = make_dict();
  const std::pair<const char*, Value> views[] = {
      {"k", *keys(*dict)}, {"v", *values(*dict)}, {"i", *items(*dict)}};
  const auto pair = [](std::int64_t a, std::int64_t b) {
    return Value(make_tuple({integer(a), integer(b)}));
  };
  const std::vector<Value> others{make_list({integer(1), integer(2)}),
                                  Value(*set_of(make_list({integer(0), integer(1)}))),
                                  Value(*frozenset_of(make_list({pair(1, 1), pair(2, 0)}))),
                                  make_list({pair(0, 1), pair(1, 1)}),
                                  make_list(),
                                  make_list({make_list()}),
                                  integer(3)};
  const std::pair<const char*, Operator> operators[] = {{" & ", Operator::kAnd},
                                                        {" | ", Operator::kOr},
                                                        {" - ", Operator::kSubtract},
                                                        {" ^ ", Operator::kXor},
                                                        {" + ", Operator::kAdd}};
  for (int n = 0; n < 2500; ++n) {
    const std::int64_t key = between(0, 4);
    if (below(3) == 0) {
      expect("d.clear()", (clear(*dict), Result<void>()));
    } else if (below(3) == 0) {
      expect({"d.pop(", std::to_string(key), ")"}, pop(*dict, integer(key)));
    } else {
      const std::int64_t value = between(0, 1);
      expect({"d.__setitem__(", std::to_string(key), ", ", std::to_string(value), ")"},
             set(*dict, integer(key), integer(value)));
    }
    const auto& [name, view] = views[below(3)];
    const auto& [second_name, second] = views[below(3)];
    const Value other = below(3) == 0 ? second : any_of(others);
    const std::string o = same(other, second) ? second_name : shown(other);
    const auto& [symbol, op] = operators[below(5)];
    expect(name, Result<Value>(view));
    expect({"len(", name, ")"}, length(view));
    expect({"list(", name, ")"}, list_of(view));
    expect({"list(reversed(", name, "))"}, list_of(*reversed(view)));
    expect({"in_order(", name, symbol, o, ")"}, in_order(binary(op, view, other)));
    expect({"in_order(", o, symbol, name, ")"}, in_order(binary(op, other, view)));
    expect({name, " == ", o}, equal(view, other));
    expect({name, " <= ", o}, less_equal(view, other));
    expect({o, " < ", name}, less(other, view));
    expect({"(1, 1) in ", name}, contains(view, pair(1, 1)));
    if (!is<DictValues>(view)) {
      expect({name, ".isdisjoint(", o, ")"}, is_disjoint(static_cast<DictView&>(*view), other));
    }
    expect({"1 in ", name}, contains(view, integer(1)));
    expect("list(reversed(d))", list_of(*reversed(dict)));
  }
  expect("hash(k)", hash(views[0].second));
  compare();
}

TEST_F(DictDifferentialTest, DictsAreMadeAndUpdatedAlike) {
  const std::vector<Value> others{
      make_list({Value(make_tuple({integer(1), text("a")})), text("xy")}),
      make_list({integer(1)}),
      make_list({text("xy"), text("xyz")}),
      make_list({Value(make_tuple({make_list(), integer(1)}))}),
      Value(*dict_of({{text("k"), integer(1)}})),
      text("ab"),
      make_list(),
      integer(1)};
  for (const Value& other : others) {
    const std::string o = shown(other);
    expect({"dict(", o, ")"}, dict_of(other));
    expect({"dict.fromkeys(", o, ", 0)"}, dict_from_keys(other, integer(0)));
  }
  compare();
}

TEST_F(DictDifferentialTest, PopsEachItemOnceAndSoonWhateverTheSize) {
  const Ref<Dict> dict = make_dict();
  for (std::int64_t i = 0; i < 100'000; ++i) ASSERT_TRUE(set(*dict, integer(i), none()));
  for (std::int64_t i = 100'000; i-- > 0;)
    ASSERT_EQ(*as_integer(as<Tuple>(*popitem(*dict))->items()[0])->to_int64(), i);
  EXPECT_EQ(dict->used, 0U);
}

}  // namespace
}  // namespace exuvia::types
