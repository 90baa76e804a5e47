#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/iteration.hpp"
#include "exuvia/types/rounding.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/weakref.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class SpecialMethodsTest : public TypesTest {
 protected:
  using Arguments = std::span<const Value>;

  static void define(const Ref<Class>& of, std::string_view name, Code code) {
    ASSERT_TRUE(setattr(of, name, Value(make_function(name, code))));
  }
  // An instance of a class whose method `name` does `code`.
  static Value with(std::string_view name, Code code) {
    const Ref<Class> of = *make_class("A");
    define(of, name, code);
    return make_instance(of);
  }
  static Result<Value> one(const Value&, Arguments) { return integer(1); }
  static Result<Value> name_a(const Value&, Arguments) { return Value(text("a")); }
};

TEST_F(SpecialMethodsTest, EachComparisonHasItsOwn) {
  EXPECT_EQ(shown(less(with("__lt__", &one), none())), "True");
  EXPECT_EQ(shown(less_equal(with("__le__", &one), none())), "True");
  EXPECT_EQ(shown(greater(with("__gt__", &one), none())), "True");
  EXPECT_EQ(shown(greater_equal(with("__ge__", &one), none())), "True");
  EXPECT_EQ(shown(not_equal(with("__ne__", &one), none())), "True");
  const Value a = with("__lt__", &one);
  EXPECT_EQ(shown(not_equal(a, a)), "False");
  EXPECT_EQ(shown(less_equal(a, a)),
            "TypeError: '<=' not supported between instances of 'A' and 'A'");
}

TEST_F(SpecialMethodsTest, TheRightOperandsComparisonIsAskedWhereTheLeftHasNone) {
  EXPECT_EQ(shown(less(integer(1), with("__gt__", &one))), "True");
  EXPECT_EQ(shown(greater_equal(integer(1), with("__le__", &one))), "True");
  EXPECT_EQ(shown(greater(integer(1), with("__gt__", &one))),
            "TypeError: '>' not supported between instances of 'int' and 'A'");
}

TEST_F(SpecialMethodsTest, SequencesCompareByTheirItemsComparison) {
  const Value a = with("__le__", &one);
  EXPECT_EQ(shown(less_equal(make_list({a}), make_list({integer(2)}))), "True");
  EXPECT_EQ(shown(greater(make_list({a}), make_list({integer(2)}))),
            "TypeError: '>' not supported between instances of 'A' and 'int'");
}

TEST_F(SpecialMethodsTest, UnaryOperatorsAndAbs) {
  EXPECT_EQ(shown(negative(with("__neg__", &one))), "1");
  EXPECT_EQ(shown(positive(with("__pos__", &one))), "1");
  EXPECT_EQ(shown(invert(with("__invert__", &one))), "1");
  EXPECT_EQ(shown(absolute(with("__abs__", &one))), "1");
  EXPECT_EQ(shown(positive(with("__neg__", &one))), "TypeError: bad operand type for unary +: 'A'");
  EXPECT_EQ(shown(positive(make_bool(true))), "1");
  EXPECT_EQ(shown(invert(real(1))), "TypeError: bad operand type for unary ~: 'float'");
}

TEST_F(SpecialMethodsTest, AnObjectMayStandForAnIndex) {
  const Value index = with("__index__", &one);
  const Value list = make_list({integer(5), integer(6)});
  EXPECT_EQ(shown(getitem(list, index)), "6");
  EXPECT_EQ(shown(setitem(list, index, integer(7))), "done");
  EXPECT_EQ(shown(multiply(list, index)), "[5, 7]");
  EXPECT_EQ(shown(getitem(text("ab"), index)), "'b'");
  EXPECT_EQ(shown(getitem(list, with("__index__", &name_a))),
            "TypeError: __index__ returned non-int (type str)");
  EXPECT_EQ(shown(getitem(list, with("__abs__", &one))),
            "TypeError: list indices must be integers or slices, not A");
}

TEST_F(SpecialMethodsTest, NumbersBesideSequencesAreAskedFirst) {
  const Value adds = with("__radd__", &one);
  const Value multiplies = with("__rmul__", &one);
  for (const Value& sequence :
       {Value(make_list({none()})), Value(make_tuple({none()})), Value(text("ab")),
        Value(make_bytes("ab")), Value(make_bytearray("ab"))}) {
    EXPECT_EQ(shown(add(sequence, adds)), "1");
    EXPECT_EQ(shown(in_place(Operator::kAdd, sequence, adds)), "1");
    EXPECT_EQ(shown(multiply(sequence, multiplies)), "1");
    EXPECT_EQ(shown(in_place(Operator::kMultiply, sequence, multiplies)), "1");
  }
}

TEST_F(SpecialMethodsTest, SequencesAnswerWhereNumbersDoNotKnow) {
  const Code refuse = [](const Value&, Arguments) -> Result<Value> {
    return Value(not_implemented());
  };
  const Ref<Class> of = *make_class("A");
  define(of, "__radd__", refuse);
  define(of, "__rmul__", refuse);
  define(of, "__index__", [](const Value&, Arguments) -> Result<Value> { return integer(2); });
  const Value two = make_instance(of);
  EXPECT_EQ(shown(multiply(text("ab"), two)), "'abab'");
  EXPECT_EQ(shown(in_place(Operator::kMultiply, make_list({integer(1)}), two)), "[1, 1]");
  EXPECT_EQ(shown(add(text("ab"), two)), "TypeError: can only concatenate str (not \"A\") to str");
}

TEST_F(SpecialMethodsTest, WhatIsNoFunctionGetsTheInstanceAsItIsBound) {
  const Value arguments =
      make_function("f", [](const Value&, Arguments a) { return made(types::make_tuple(a)); });
  const Ref<Class> callable = *make_class("Callable");
  define(callable, "__call__",
         [](const Value&, Arguments a) { return made(make_tuple(a.subspan(1))); });
  const Ref<Class> of = *make_class("A");
  ASSERT_TRUE(setattr(of, "__add__", Value(make_staticmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__sub__", Value(make_classmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__mul__", make_instance(callable)));
  ASSERT_TRUE(setattr(of, "__call__", Value(make_staticmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__round__", Value(make_staticmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__reversed__", Value(make_staticmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__next__", Value(make_staticmethod(arguments))));
  ASSERT_TRUE(setattr(of, "__new__", Value(make_classmethod(arguments))));
  const Value object = make_instance(of);
  EXPECT_EQ(shown(add(object, integer(1))), "(1,)");
  EXPECT_EQ(shown(subtract(object, integer(1))), "(<class 'A'>, 1)");
  EXPECT_EQ(shown(multiply(object, integer(1))), "(1,)");
  EXPECT_EQ(shown(call(object, {integer(1)})), "(1,)");
  EXPECT_EQ(shown(round(object)), "()");
  EXPECT_EQ(shown(reversed(object)), "()");
  EXPECT_EQ(shown(next(object)), "()");
  EXPECT_EQ(shown(call(of, {integer(1)})), "(<class 'A'>, <class 'A'>, 1)");
}

TEST_F(SpecialMethodsTest, AnAnswerThatIsNothingIsAnError) {
  const Code nothing = [](const Value&, Arguments) -> Result<Value> { return Value(); };
  const Value function = make_function("f", nothing);
  for (const char* name : {"__init__", "__new__"}) {
    const Ref<Class> of = *make_class("A");
    define(of, name, nothing);
    EXPECT_EQ(shown(call(of, {})),
              "TypeError: " + std::string(name) + "() returned nothing: a value is needed");
  }
  const Value list = make_list({integer(1), integer(2)});
  const std::string refusal = "TypeError: a function returned nothing: a value is needed";
  EXPECT_EQ(shown(sorted(list, function)), refusal);
  EXPECT_EQ(shown(max(list, function)), refusal);
  EXPECT_EQ(shown(list_of(*filter(function, list))), refusal);
  const Value lists[] = {list};
  EXPECT_EQ(shown(list_of(*map(function, lists))), refusal);
  const Ref<Class> of = *make_class("A");
  ASSERT_TRUE(setattr(of, "x", Value(make_property(function))));
  EXPECT_EQ(shown(getattr(make_instance(of), "x")), refusal);
}

TEST_F(SpecialMethodsTest, NoneInTheirPlaceSaysThatThereIsNone) {
  const Ref<Class> of = *make_class("A");
  define(of, "__getitem__", &one);
  for (const char* name : {"__iter__", "__contains__", "__len__", "__hash__"})
    ASSERT_TRUE(setattr(of, name, none()));
  const Value object = make_instance(of);
  EXPECT_EQ(shown(iterate(object)), "TypeError: 'A' object is not iterable");
  EXPECT_EQ(shown(contains(object, none())), "TypeError: 'A' object is not a container");
  EXPECT_EQ(shown(length(object)), "TypeError: 'NoneType' object is not callable");
  EXPECT_EQ(shown(hash(object)), "TypeError: unhashable type: 'A'");
}

TEST_F(SpecialMethodsTest, AHashIsNeverMinusOne) {
  const Code minus_one = [](const Value&, Arguments) -> Result<Value> { return integer(-1); };
  EXPECT_EQ(shown(hash(with("__hash__", minus_one))), "-2");
}

TEST_F(SpecialMethodsTest, ATruthThatStandsForAnIndexIsANumber) {
  EXPECT_EQ(shown(index(make_bool(true))), "1");
  EXPECT_EQ(shown(list_of(*enumerate(text("a"), make_bool(true)))), "[(1, 'a')]");
}

TEST_F(SpecialMethodsTest, AnObjectMayBeReversedByItselfOrByItsItems) {
  EXPECT_EQ(shown(reversed(with("__reversed__", &one))), "1");
  const Ref<Class> of = *make_class("A");
  const Value object = make_instance(of);
  EXPECT_EQ(shown(reversed(object)), "TypeError: 'A' object is not reversible");
  define(of, "__getitem__", [](const Value&, Arguments arguments) -> Result<Value> {
    return add(arguments[1], arguments[1]);
  });
  EXPECT_EQ(shown(reversed(object)), "TypeError: object of type 'A' has no len()");
  define(of, "__len__", [](const Value&, Arguments) -> Result<Value> { return integer(3); });
  EXPECT_EQ(shown(list_of(*reversed(object))), "[4, 2, 0]");
  EXPECT_EQ(shown(list_of(*reversed(*make_proxy(object)))), "[4, 2, 0]");
  ASSERT_TRUE(setattr(of, "__reversed__", none()));
  EXPECT_EQ(shown(reversed(object)), "TypeError: 'A' object is not reversible");
}

TEST_F(SpecialMethodsTest, AProxyPassesThemOn) {
  const Value target = with("__index__", &one);
  EXPECT_EQ(shown(getitem(make_list({integer(5), integer(6)}), Value(*make_proxy(target)))), "6");
  const Value ordered = with("__le__", &one);
  EXPECT_EQ(shown(less_equal(Value(*make_proxy(ordered)), integer(1))), "True");
  const Value signed_value = with("__neg__", &one);
  EXPECT_EQ(shown(negative(Value(*make_proxy(signed_value)))), "1");
}

TEST_F(SpecialMethodsTest, AnAnswerOfTheWrongTypeIsRefused) {
  EXPECT_EQ(shown(truth(with("__bool__", &one))),
            "TypeError: __bool__ should return bool, returned int");
  EXPECT_EQ(shown(iterate(with("__iter__", &one))),
            "TypeError: iter() returned non-iterator of type 'int'");
  EXPECT_EQ(shown(repr(with("__repr__", &one))),
            "TypeError: __repr__ returned non-string (type int)");
  EXPECT_EQ(shown(contains(with("__abs__", &one), none())),
            "TypeError: argument of type 'A' is not iterable");
}

TEST_F(SpecialMethodsTest, AClassMayDecideWhatIsStored) {
  const Ref<Class> upper = *make_class("Upper");
  define(upper, "__setattr__", [](const Value&, Arguments a) -> Result<Value> {
    const Result<Value> twice = add(a[2], a[2]);
    if (!twice) return twice;
    const Result<void> done = set_own_attribute(*a[0], a[1], *twice);
    if (!done) return done.failure();
    return Value(none());
  });
  define(upper, "__delattr__",
         [](const Value&, Arguments) -> Result<Value> { return type_error("nothing is deleted"); });
  const Value object = make_instance(upper);
  EXPECT_EQ(shown(setattr(object, "x", integer(2))), "done");
  EXPECT_EQ(shown(getattr(object, "x")), "4");
  EXPECT_EQ(shown(delattr(object, text("x"))), "TypeError: nothing is deleted");
  const Ref<Class> bases[] = {upper};
  const Value below = make_instance(*make_class("Below", bases));
  EXPECT_EQ(shown(setattr(below, "x", text("ab"))), "done");
  EXPECT_EQ(shown(getattr(below, "x")), "'abab'");
}

TEST_F(SpecialMethodsTest, ClassesAndInstancesDescribeThemselves) {
  const Ref<Class> a = *make_class("A");
  const Ref<Class> bases[] = {a};
  const Ref<Class> b = *make_class("B", bases);
  const Value object = make_instance(b);
  EXPECT_EQ(shown(getattr(b, "__name__")), "'B'");
  EXPECT_EQ(shown(getattr(b, "__mro__")), "(<class 'B'>, <class 'A'>)");
  EXPECT_EQ(shown(getattr(b, "__dict__")), "{}");
  EXPECT_EQ(shown(getattr(object, "__class__")), "<class 'B'>");
  ASSERT_TRUE(setattr(object, "x", integer(1)));
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{'x': 1}");
  const Ref<Class> twice[] = {a, a};
  EXPECT_EQ(shown(make_class("C", twice)), "TypeError: duplicate base class A");
}

}  // namespace
}  // namespace exuvia::types
