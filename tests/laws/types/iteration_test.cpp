// Functions of iterables, beside CPython's.
#include "exuvia/types/iteration.hpp"

#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

Result<Value> as_list(const Result<Value>& iterator) {
  if (!iterator) return iterator;
  const Result<Ref<List>> list = list_of(*iterator);
  if (!list) return list.failure();
  return Value(*list);
}

TEST_F(DifferentialTest, FunctionsOfIterablesGiveWhatPythonsDo) {
  const std::vector<Value> items{integer(0),  integer(3), integer(-2), real(2.5),
                                 real(0.0),   none(),     text("ab"),  make_bool(true),
                                 make_list(), text(""),   integer(10), make_list({integer(1)})};
  const Value minus =
      make_function("minus", [](const Value&, std::span<const Value> a) { return negative(a[0]); });
  const Value pair = make_function(
      "pair", [](const Value&, std::span<const Value> a) { return made(types::make_tuple(a)); });
  statement("minus = lambda x: -x\npair = lambda *a: a");
  const auto any_list = [&] {
    const Ref<List> list = make_list();
    // Mostly numbers, so that most can be compared.
    const std::uint64_t kinds = below(3) == 0 ? items.size() : 5;
    for (std::uint64_t n = below(6); n > 0; --n) EXPECT_TRUE(append(*list, items[below(kinds)]));
    return Value(list);
  };
  for (int i = 0; i < 1500; ++i) {
    const Value list = below(20) == 0 ? integer(5) : any_list();
    const Value other = any_list();
    const std::string x = shown(list);
    const std::string y = shown(other);
    const Value both[] = {list, other};
    expect("min(" + x + ")", min(list));
    expect("max(" + x + ", key=minus)", max(list, minus));
    expect("sum(" + x + ")", sum(list));
    expect("sum(" + x + ", [])", sum(list, make_list()));
    expect("any(" + x + ")", any(list));
    expect("all(" + x + ")", all(list));
    expect("sorted(" + x + ", key=minus, reverse=True)",
           sorted(list, minus, SortOrder::kDescending));
    expect("list(enumerate(" + x + ", 7))", as_list(enumerate(list, integer(7))));
    expect("list(zip(" + x + ", " + y + "))", as_list(zip(both)));
    expect("list(map(pair, " + x + ", " + y + "))", as_list(map(pair, both)));
    expect("list(map(minus, " + x + "))", as_list(map(minus, {&both[0], 1})));
    expect("list(filter(None, " + x + "))", as_list(filter(none(), list)));
    expect("list(filter(minus, " + x + "))", as_list(filter(minus, list)));
  }
  expect("sum([], '')", sum(make_list(), text("")));
  expect("list(zip())", as_list(zip({})));
  expect("list(enumerate([1], 'a'))", as_list(enumerate(make_list({integer(1)}), text("a"))));
  compare();
}

}  // namespace
}  // namespace exuvia::types
