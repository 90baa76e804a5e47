// The examples of docs/types.md, word for word.
#include <exuvia/types.hpp>

#include "documentation.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

struct Point : Object {
  static const Type type;
  Value x, y;
  void trace(exuvia::Visitor& v) const { v(x, y); }
};
Result<bool> equal_points(const Object& a, const Object& b) {
  if (!is<Point>(b)) return false;
  return equal(static_cast<const Point&>(a).x, static_cast<const Point&>(b).x);
}
constinit const Type Point::type = native_type<Point>("Point", {.equal = &equal_points});

class DocumentationTest : public TypesTest {};

TEST_F(DocumentationTest, ValuesAreComputedShownAndMissed) {
  // clang-format off
const Value big = *power(make_int(2), make_int(100));
const exuvia::Ref<Dict> dict = *dict_of({{intern_literal("answer"), make_int(42)}, {big, none()}});
const std::string text = *repr(dict);  // {'answer': 42, 1267650600228229401496703205376: None}
const Result<Value> missing = getitem(dict, make_int(7));  // missing.message() is "7"
  // clang-format on
  EXPECT_EQ(text, "{'answer': 42, 1267650600228229401496703205376: None}");
  EXPECT_EQ(shown(missing), "KeyError: 7");
}

TEST_F(DocumentationTest, ATypeOfTheProgramsOwnIsMadeOfItsMembers) {
  const Value point = make_native<Point>(make_int(1), make_int(2));
  EXPECT_EQ(shown(equal(point, make_native<Point>(make_int(1), none()))), "True");
  EXPECT_EQ(shown(equal(point, integer(1))), "False");
}

TEST_F(DocumentationTest, TheExamplesAreCompiled) {
  expect_examples_are_compiled("docs/types.md", {"tests/unit/types/documentation_test.cpp"});
  expect_examples_are_compiled("docs/how-to/host-a-language.md", {"examples/cpp/lisp.cpp"});
}

}  // namespace
}  // namespace exuvia::types
