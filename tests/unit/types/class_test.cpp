#include "exuvia/types/class.hpp"

#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class ClassTest : public TypesTest {
 protected:
  static std::size_t bytes(const Value& value) {
    const Type& type = type_of(value);
    return sizeof(runtime::Header) + type.bytes_of(value.get()) +
           (type.does.extra_bytes != nullptr ? type.does.extra_bytes(*value) : 0);
  }
  static void define(const Ref<Class>& of, std::string_view name, Code code) {
    ASSERT_TRUE(setattr(of, name, Value(make_function(name, code))));
  }
  static Result<Value> first(const Value&, std::span<const Value> arguments) {
    return getattr(arguments[0], "x");
  }
  static Ref<Class> derived(std::string_view name, std::initializer_list<Ref<Class>> bases) {
    return *make_class(name, std::span(bases.begin(), bases.size()));
  }
  static Ref<Class> slotted(std::string_view name, std::initializer_list<std::string_view> slots,
                            const Ref<Class>& base = nullptr) {
    return *make_slots_class(name, {slots.begin(), slots.size()},
                             {&base, base ? std::size_t{1} : std::size_t{0}});
  }
  // Of a class whose instances have one hash, and whose comparison first calls `change`.
  static Value clashing_key(Code change) {
    const Ref<Class> of = *make_class("Clashing");
    EXPECT_TRUE(setattr(of, "change", make_function("change", change)));
    define(of, "__hash__",
           [](const Value&, std::span<const Value>) -> Result<Value> { return integer(1); });
    define(of, "__eq__", [](const Value&, std::span<const Value> a) -> Result<Value> {
      return call(class_attribute(*class_of(*a[0]), *text("change")), {});
    });
    return make_instance(of);
  }
};

TEST_F(ClassTest, InstancesHaveAttributesOfTheirOwn) {
  const Ref<Class> point = *make_class("Point");
  const Value p = *call(point, {});
  EXPECT_EQ(shown(setattr(p, "x", integer(1))), "done");
  EXPECT_EQ(shown(setattr(p, "y", integer(2))), "done");
  EXPECT_EQ(shown(getattr(p, "x")), "1");
  EXPECT_EQ(shown(getattr(p, "z")), "AttributeError: 'Point' object has no attribute 'z'");
  EXPECT_EQ(shown(delattr(p, text("x"))), "done");
  EXPECT_EQ(shown(delattr(p, text("x"))), "AttributeError: 'Point' object has no attribute 'x'");
  EXPECT_EQ(shown(Value(point)), "<class 'Point'>");
  EXPECT_TRUE(shown(p).starts_with("<Point object at 0x"));
}

TEST_F(ClassTest, InstancesShareTheirNamesWhileTheyAgreeOnTheOrder) {
  const Ref<Class> point = *make_class("Point");
  const auto made_of = [&](std::initializer_list<const char*> names) {
    const Value p = make_instance(point);
    for (const char* name : names) EXPECT_TRUE(setattr(p, name, text(name)));
    return p;
  };
  const Value a = made_of({"x", "y"});
  const Value b = made_of({"x", "y"});
  EXPECT_FALSE(as<Instance>(b)->dict);
  EXPECT_EQ(bytes(b), 40U + 24U);  // CPython 3.12: 48, and more for the values
  const Value c = made_of({"y", "x"});
  EXPECT_TRUE(as<Instance>(c)->dict);
  EXPECT_EQ(shown(Value(*dict_of_instance(*as<Instance>(a)))), "{'x': 'x', 'y': 'y'}");
  EXPECT_EQ(shown(Value(*dict_of_instance(*as<Instance>(c)))), "{'y': 'y', 'x': 'x'}");
  EXPECT_EQ(shown(getattr(a, "y")), "'y'");
}

TEST_F(ClassTest, AnInstanceMayHaveMoreAttributesThanAreShared) {
  const Value p = make_instance(*make_class("Many"));
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(setattr(p, "a" + std::to_string(i), integer(i)));
  EXPECT_EQ(shown(getattr(p, "a0")), "0");
  EXPECT_EQ(shown(getattr(p, "a39")), "39");
  EXPECT_EQ((*dict_of_instance(*as<Instance>(p)))->used, 40U);
}

TEST_F(ClassTest, SlotsAreAllThatAnInstanceHas) {
  const std::string_view names[] = {"x", "y"};
  const Ref<Class> point = *make_slots_class("Point", names);
  const Value p = make_instance(point);
  EXPECT_EQ(bytes(p), 48U);  // CPython: 48
  EXPECT_EQ(shown(getattr(p, "x")), "AttributeError: 'Point' object has no attribute 'x'");
  EXPECT_EQ(shown(setattr(p, "x", integer(1))), "done");
  EXPECT_EQ(shown(getattr(p, "x")), "1");
  EXPECT_EQ(shown(setattr(p, "z", integer(1))),
            "AttributeError: 'Point' object has no attribute 'z'");
  const std::string_view more[] = {"z"};
  const Ref<Class> bases[] = {point};
  const Value q = make_instance(*make_slots_class("Point3", more, bases));
  EXPECT_EQ(shown(setattr(q, "z", integer(3))), "done");
  EXPECT_EQ(shown(setattr(q, "x", integer(3))), "done");
  EXPECT_TRUE(is_instance(q, *point));
}

TEST_F(ClassTest, ASlotIsAnAttributeOfItsClass) {
  const std::string_view names[] = {"x", "y"};
  const Ref<Class> a = *make_slots_class("A", names);
  EXPECT_EQ(shown(getattr(a, "x")), "<member 'x' of 'A' objects>");
  EXPECT_EQ(shown(getattr(derived("B", {a}), "x")), "<member 'x' of 'A' objects>");
  EXPECT_EQ(shown(getattr(a, "__dict__")),
            "{'x': <member 'x' of 'A' objects>, 'y': <member 'y' of 'A' objects>}");
  EXPECT_EQ(type_name(**getattr(a, "y")), "member_descriptor");
}

TEST_F(ClassTest, ASlotBelongsToInstancesOfItsClassOnly) {
  const Ref<Class> a = slotted("A", {"x"});
  const Ref<Class> other = *make_class("Other");
  ASSERT_TRUE(setattr(other, "x", *getattr(a, "x")));
  const Value object = make_instance(other);
  const char* const error =
      "TypeError: descriptor 'x' for 'A' objects doesn't apply to a 'Other' object";
  EXPECT_EQ(shown(getattr(object, "x")), error);
  EXPECT_EQ(shown(setattr(object, "x", integer(1))), error);
  EXPECT_EQ(shown(delattr(object, text("x"))), error);
  EXPECT_EQ(shown(type_of(*getattr(a, "x")).does.bind(**getattr(a, "x"), integer(1), a)),
            "TypeError: descriptor 'x' for 'A' objects doesn't apply to a 'int' object");
}

TEST_F(ClassTest, ASlotAnswersToEveryNameOfItsAttribute) {
  const Ref<Class> a = slotted("A", {"x"});
  ASSERT_TRUE(setattr(a, "z", *getattr(a, "x")));
  const Value object = make_instance(a);
  ASSERT_TRUE(setattr(object, "z", integer(8)));
  EXPECT_EQ(shown(getattr(object, "x")), "8");
  EXPECT_EQ(shown(delattr(object, text("z"))), "done");
  EXPECT_EQ(shown(delattr(object, text("z"))), "AttributeError: x");
  EXPECT_EQ(shown(getattr(object, "z")), "AttributeError: 'A' object has no attribute 'x'");
}

TEST_F(ClassTest, AnAttributeOfADerivedClassHidesASlot) {
  const Ref<Class> a = slotted("A", {"w", "x"});
  const Ref<Class> bases[] = {a};
  const auto attributes = *dict_of({{text("x"), integer(1)}});
  const Value object = make_instance(*make_slots_class("B", {}, bases, attributes.get()));
  EXPECT_EQ(shown(getattr(object, "x")), "1");
  EXPECT_EQ(shown(setattr(object, "x", integer(2))),
            "AttributeError: 'B' object attribute 'x' is read-only");
  EXPECT_EQ(shown(delattr(object, text("x"))),
            "AttributeError: 'B' object attribute 'x' is read-only");
  EXPECT_EQ(shown(setattr(object, "w", integer(3))), "done");
  EXPECT_EQ(shown(getattr(object, "w")), "3");
  const Value open = make_instance(*make_class("C", bases, attributes.get()));
  EXPECT_EQ(shown(setattr(open, "x", integer(2))), "done");
  EXPECT_EQ(shown(getattr(open, "__dict__")), "{'x': 2}");
}

TEST_F(ClassTest, AnAttributeThatABaseGetsLateHidesASlot) {
  const Ref<Class> a = slotted("A", {"x"});
  const Ref<Class> mixin = slotted("Mixin", {});
  const Ref<Class> bases[] = {mixin, a};
  const Ref<Class> b = *make_slots_class("B", {}, bases);
  const Ref<Class> c = slotted("C", {}, a);
  const Ref<Class> d = slotted("D", {}, c);
  for (const auto& [of, base] : {std::pair(b, mixin), std::pair(d, c)}) {
    const Value object = make_instance(of);
    ASSERT_TRUE(setattr(object, "x", integer(1)));
    EXPECT_EQ(shown(getattr(object, "x")), "1");
    ASSERT_TRUE(setattr(base, "x", integer(2)));
    EXPECT_EQ(shown(getattr(object, "x")), "2");
    EXPECT_FALSE(setattr(object, "x", integer(3)));
    ASSERT_TRUE(delattr(base, text("x")));
    EXPECT_EQ(shown(getattr(object, "x")), "1");
  }
}

TEST_F(ClassTest, ASlotIsFoundByItsAttributeOnly) {
  const Ref<Class> a = slotted("A", {"x"});
  const Value object = make_instance(a);
  ASSERT_TRUE(setattr(object, "x", integer(1)));
  const Value member = *getattr(a, "x");
  ASSERT_TRUE(delattr(a, text("x")));
  EXPECT_EQ(shown(getattr(object, "x")), "AttributeError: 'A' object has no attribute 'x'");
  EXPECT_EQ(shown(setattr(object, "x", integer(2))),
            "AttributeError: 'A' object has no attribute 'x'");
  ASSERT_TRUE(setattr(a, "x", integer(7)));
  EXPECT_EQ(shown(getattr(object, "x")), "7");
  ASSERT_TRUE(setattr(a, "x", member));
  EXPECT_EQ(shown(getattr(object, "x")), "1");
}

TEST_F(ClassTest, ASlotOfADerivedClassHidesThatOfABase) {
  const Ref<Class> a = slotted("A", {"w", "x"});
  const Ref<Class> b = slotted("B", {"x", "y"}, a);
  const Value object = make_instance(b);
  for (const char* name : {"w", "x", "y"}) ASSERT_TRUE(setattr(object, name, text(name)));
  const Value above = *make_super(b, object);
  EXPECT_EQ(shown(getattr(above, "x")), "AttributeError: 'B' object has no attribute 'x'");
  const Value member = *getattr(a, "x");
  ASSERT_TRUE(type_of(member).does.assign(*member, object, integer(5)));
  EXPECT_EQ(shown(getattr(above, "x")), "5");
  EXPECT_EQ(shown(getattr(object, "w")), "'w'");
  EXPECT_EQ(shown(getattr(object, "x")), "'x'");
  EXPECT_EQ(shown(getattr(object, "y")), "'y'");
}

TEST_F(ClassTest, SlotsLieBesideTheDict) {
  const Ref<Class> a = slotted("A", {"x", "y"});
  const Ref<Class> b = derived("B", {a});
  const Value object = make_instance(b);
  EXPECT_EQ(bytes(object), 64U);
  ASSERT_TRUE(setattr(object, "x", integer(1)));
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{}");
  ASSERT_TRUE(setattr(object, "z", integer(3)));
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{'z': 3}");
  EXPECT_EQ(shown(getattr(object, "x")), "1");
  EXPECT_EQ(shown(getattr(object, "y")), "AttributeError: 'B' object has no attribute 'y'");
  EXPECT_EQ(shown(delattr(object, text("x"))), "done");
  EXPECT_EQ(shown(delattr(object, text("x"))), "AttributeError: x");
  // What a dict holds by the name of a slot is no attribute.
  ASSERT_TRUE(setitem(*getattr(object, "__dict__"), text("x"), integer(5)));
  EXPECT_EQ(shown(getattr(object, "x")), "AttributeError: 'B' object has no attribute 'x'");
  ASSERT_TRUE(setattr(object, "x", integer(1)));
  EXPECT_EQ(shown(getattr(object, "x")), "1");
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{'z': 3, 'x': 5}");
  ASSERT_TRUE(delattr(a, text("x")));
  EXPECT_EQ(shown(getattr(object, "x")), "5");
  ASSERT_TRUE(setattr(a, "x", integer(9)));
  EXPECT_EQ(shown(getattr(object, "x")), "5");
}

TEST_F(ClassTest, AClassMayAddSlotsToABaseWithADict) {
  const Ref<Class> b = derived("B", {slotted("A", {"x"})});
  const Value more = make_instance(slotted("C", {"v"}, b));
  for (const char* name : {"v", "x", "z"}) ASSERT_TRUE(setattr(more, name, text(name)));
  EXPECT_EQ(shown(getattr(more, "__dict__")), "{'z': 'z'}");
  EXPECT_EQ(shown(getattr(more, "v")), "'v'");
}

TEST_F(ClassTest, BasesWhoseSlotsLieInOnePlaceAreAConflict) {
  const Ref<Class> a = slotted("A", {"x"});
  const Ref<Class> b = slotted("B", {"y"});
  const Ref<Class> both[] = {a, b};
  const char* const conflict = "TypeError: multiple bases have instance lay-out conflict";
  EXPECT_EQ(shown(make_class("C", both)), conflict);
  EXPECT_EQ(shown(make_slots_class("C", {}, both)), conflict);
  const Ref<Class> longer = slotted("Longer", {"z"}, a);
  const Ref<Class> branches[] = {longer, slotted("Other", {"z"}, a)};
  EXPECT_EQ(shown(make_class("C", branches)), conflict);
  const Ref<Class> nested[] = {slotted("Empty", {}, a), longer, *make_class("Plain")};
  const Value object = make_instance(*make_class("C", nested));
  for (const char* name : {"x", "z"}) ASSERT_TRUE(setattr(object, name, text(name)));
  EXPECT_EQ(shown(getattr(object, "x")), "'x'");
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{}");
}

TEST_F(ClassTest, ASlotMayHoldWhatIsCalled) {
  const Value object = make_instance(slotted("A", {"f"}));
  EXPECT_EQ(shown(call_method(object, "f")), "AttributeError: 'A' object has no attribute 'f'");
  ASSERT_TRUE(setattr(object, "f", make_function("f", [](const Value&, std::span<const Value> a) {
                        return made(types::make_tuple(a));
                      })));
  EXPECT_EQ(shown(call_method(object, "f")), "()");
}

TEST_F(ClassTest, SlotsInCyclesAreCollected) {
  static int finalized;
  finalized = 0;
  {
    const Ref<Class> a = slotted("A", {"x"});
    const Ref<Class> b = derived("B", {a});
    define(b, "__del__", [](const Value&, std::span<const Value> arguments) -> Result<Value> {
      EXPECT_TRUE(getattr(arguments[0], "x"));
      ++finalized;
      return Value(none());
    });
    for (const Ref<Class>& of : {a, b}) {
      const Value object = make_instance(of);
      ASSERT_TRUE(setattr(object, "x", object));
    }
  }
  EXPECT_GE(collect(), 4U);
  EXPECT_EQ(finalized, 1);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(ClassTest, ASlotMayHaveANameThatAClassAnswersToItself) {
  for (const char* const name : {"__name__", "__mro__", "__dict__", "__class__"}) {
    const Ref<Class> a = slotted("A", {name});
    const Value object = make_instance(a);
    EXPECT_EQ(shown(setattr(object, name, integer(3))), "done");
    EXPECT_EQ(shown(getattr(object, name)), "3");
    EXPECT_EQ(shown(getattr(a, "__name__")), "'A'");
    EXPECT_EQ(shown(getattr(a, "__mro__")), "(<class 'A'>,)");
  }
}

TEST_F(ClassTest, NoAttributeHidesAClasssName) {
  const auto attributes = *dict_of({{text("__name__"), text("other")}});
  const Ref<Class> a = *make_class("A", {}, attributes.get());
  EXPECT_EQ(shown(getattr(a, "__name__")), "'A'");
  EXPECT_EQ(shown(getattr(make_instance(a), "__name__")), "'other'");
}

TEST_F(ClassTest, SlotsHaveNamesOfIdentifiers) {
  for (const std::string_view name : {"1x", "", "a b"}) {
    EXPECT_EQ(shown(make_slots_class("Bad", {&name, 1})),
              "TypeError: __slots__ must be identifiers");
  }
  const std::string_view umlaut = "\u00e4";
  EXPECT_TRUE(make_slots_class("Good", {&umlaut, 1}));
}

TEST_F(ClassTest, SlotsHaveNoNameOfAnAttributeOfTheirClass) {
  const std::string_view x = "x";
  const Ref<Dict> attributes = make_dict();
  ASSERT_TRUE(set(*attributes, text("x"), integer(1)));
  EXPECT_EQ(shown(make_slots_class("A", {&x, 1}, {}, attributes.get())),
            "ValueError: 'x' in __slots__ conflicts with class variable");
}

TEST_F(ClassTest, AnAttributeThatTheClassDoesNotHaveCannotBeDeletedFromIt) {
  const Ref<Class> a = *make_class("A");
  ASSERT_TRUE(setattr(a, "x", integer(1)));
  const Ref<Class> of_a[] = {a};
  EXPECT_EQ(shown(delattr(*make_class("B", of_a), text("x"))),
            "AttributeError: type object 'B' has no attribute 'x'");
}

TEST_F(ClassTest, AnInstancesDictMayBeReplaced) {
  const Value a = *call(*make_class("A"), {});
  ASSERT_TRUE(setattr(a, "x", integer(1)));
  const Value before = *getattr(a, "__dict__");
  const Ref<Dict> dict = *dict_of({{text("y"), integer(2)}});
  EXPECT_EQ(shown(setattr(a, "__dict__", dict)), "done");
  EXPECT_EQ(shown(getattr(a, "y")), "2");
  EXPECT_FALSE(*hasattr(a, "x"));
  EXPECT_EQ(shown(before), "{'x': 1}");
  ASSERT_TRUE(setattr(a, "z", integer(3)));
  EXPECT_EQ(shown(Value(dict)), "{'y': 2, 'z': 3}");
  EXPECT_EQ(shown(delattr(a, text("__dict__"))), "done");
  EXPECT_EQ(shown(getattr(a, "__dict__")), "{}");
  EXPECT_EQ(shown(setattr(a, "__dict__", integer(3))),
            "TypeError: __dict__ must be set to a dictionary, not a 'int'");
  const Value s = *call(*make_slots_class("S", {{"x"}}), {});
  EXPECT_EQ(shown(setattr(s, "__dict__", dict)),
            "AttributeError: 'S' object has no attribute '__dict__'");
}

TEST_F(ClassTest, NoEntryOfADictHidesAnInstancesClassOrDict) {
  const Value a = make_instance(*make_class("A"));
  const Ref<Dict> dict =
      *dict_of({{text("__class__"), integer(1)}, {text("__dict__"), integer(2)}});
  ASSERT_TRUE(setattr(a, "__dict__", dict));
  EXPECT_EQ(shown(getattr(a, "__class__")), "<class 'A'>");
  EXPECT_EQ(shown(getattr(a, "__dict__")), "{'__class__': 1, '__dict__': 2}");
  const Ref<Dict> attributes = *dict_of({{text("__class__"), integer(3)}});
  const Value b = make_instance(*make_class("B", {}, attributes.get()));
  ASSERT_TRUE(setattr(b, "__dict__", dict));
  EXPECT_EQ(shown(getattr(b, "__class__")), "1");
}

TEST_F(ClassTest, AnInstanceKeepsItsClass) {
  const Ref<Class> b = *make_class("B");
  const Value a = *call(*make_class("A"), {});
  EXPECT_EQ(shown(setattr(a, "__class__", b)), "TypeError: __class__ assignment is not supported");
  EXPECT_EQ(shown(delattr(a, text("__class__"))), "TypeError: can't delete __class__ attribute");
  EXPECT_EQ(shown(getattr(*getattr(a, "__class__"), "__name__")), "'A'");
}

TEST_F(ClassTest, AClassMayBeRenamed) {
  const Ref<Class> a = *make_class("A");
  EXPECT_EQ(shown(setattr(a, "__name__", text("New"))), "done");
  EXPECT_EQ(shown(getattr(a, "__name__")), "'New'");
  EXPECT_EQ(shown(getattr(*call(a, {}), "x")), "AttributeError: 'New' object has no attribute 'x'");
  EXPECT_EQ(shown(setattr(a, "__name__", integer(3))),
            "TypeError: can only assign string to New.__name__, not 'int'");
  EXPECT_EQ(shown(setattr(a, "__name__", text(std::string_view("a\0b", 3)))),
            "ValueError: type name must not contain null characters");
  EXPECT_EQ(shown(delattr(a, text("__name__"))),
            "TypeError: cannot delete '__name__' attribute of immutable type 'New'");
  EXPECT_EQ(shown(setattr(a, "__mro__", make_tuple({}))), "AttributeError: readonly attribute");
  EXPECT_EQ(shown(setattr(a, "__dict__", make_dict())),
            "AttributeError: attribute '__dict__' of 'type' objects is not writable");
}

TEST_F(ClassTest, AConflictOfOrderNamesTheBasesThatAreLeft) {
  const Ref<Class> x = *make_class("X");
  const Ref<Class> y = *make_class("Y");
  const Ref<Class> z = *make_class("Z");
  const Ref<Class> of_xy[] = {x, y};
  const Ref<Class> of_yx[] = {y, x};
  const Ref<Class> wrong[] = {z, *make_class("P", of_xy), *make_class("Q", of_yx)};
  EXPECT_EQ(shown(make_class("R", wrong)),
            "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases X, Y");
}

TEST_F(ClassTest, MethodsAreFoundInTheOrderOfTheBases) {
  const Ref<Class> a = *make_class("A");
  const Ref<Class> of_a[] = {a};
  const Ref<Class> b = *make_class("B", of_a);
  const Ref<Class> c = *make_class("C", of_a);
  const Ref<Class> of_bc[] = {b, c};
  const Ref<Class> d = *make_class("D", of_bc);
  EXPECT_EQ(shown(Value(d->order)), "(<class 'B'>, <class 'C'>, <class 'A'>)");
  const Ref<Class> wrong[] = {a, b};
  EXPECT_EQ(shown(make_class("E", wrong)),
            "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B");
  define(a, "get", &first);
  const Value object = make_instance(d);
  ASSERT_TRUE(setattr(object, "x", integer(5)));
  EXPECT_EQ(shown(call_method(object, "get")), "5");
  EXPECT_EQ(shown(call(*getattr(object, "get"), {})), "5");
}

TEST_F(ClassTest, SpecialMethodsAnswerTheProtocol) {
  const Ref<Class> number = *make_class("Number");
  define(number, "__init__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    if (Result<void> done = check_arguments("__init__", a, 2, 2); !done) return done.failure();
    const Result<void> done = setattr(a[0], "x", a[1]);
    if (!done) return done.failure();
    return Value(none());
  });
  define(number, "__eq__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    const Result<Value> other = getattr(a[1], "x");
    const Result<bool> same_x = equal(*getattr(a[0], "x"), other ? *other : a[1]);
    return Value(make_bool(*same_x));
  });
  define(number, "__hash__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    return made(make_int(*hash(*getattr(a[0], "x"))));
  });
  define(number, "__len__", &first);
  define(number, "__repr__", [](const Value&, std::span<const Value>) -> Result<Value> {
    return Value(text("a number"));
  });
  define(number, "__radd__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    return add(a[1], *getattr(a[0], "x"));
  });
  const Value three = *call(number, {integer(3)});
  EXPECT_EQ(shown(three), "a number");
  EXPECT_EQ(shown(length(three)), "3");
  EXPECT_EQ(shown(equal(integer(3), three)), "True");
  EXPECT_EQ(shown(add(integer(4), three)), "7");
  EXPECT_EQ(shown(add(three, integer(4))),
            "TypeError: unsupported operand type(s) for +: 'Number' and 'int'");
  EXPECT_EQ(shown(contains(*set_of(make_list({three})), integer(3))), "True");
  EXPECT_EQ(shown(iterate(three)), "TypeError: 'Number' object is not iterable");
  EXPECT_EQ(shown(call(three, {})), "TypeError: 'Number' object is not callable");
  EXPECT_EQ(shown(call(number, {})), "TypeError: __init__() takes 2 arguments (1 given)");
}

TEST_F(ClassTest, AKeyMayChangeTheDictThatComparesIt) {
  const Ref<Class> evil = *make_class("Evil");
  const Ref<Dict> dict = make_dict();
  ASSERT_TRUE(setattr(evil, "dict", dict));
  define(evil, "__hash__",
         [](const Value&, std::span<const Value>) -> Result<Value> { return integer(1); });
  define(evil, "__eq__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    const Value victim = *getattr(a[0], "dict");
    const std::size_t used = as<Dict>(victim)->used;
    clear(*as<Dict>(victim));
    for (std::size_t i = 0; used == 1 && i < 10; ++i)
      if (Result<void> done = set(*as<Dict>(victim), integer(100 + i), none()); !done)
        return done.failure();
    return Value(make_bool(true));
  });
  ASSERT_TRUE(set(*dict, make_instance(evil), none()));
  ASSERT_TRUE(set(*dict, make_instance(evil), none()));
  EXPECT_EQ(dict->used, 11U);
}

TEST_F(ClassTest, AKeyMayEmptyTheContainerInWhichItIsSought) {
  static Ref<Dict> dict;
  static Ref<Set> set;
  dict = make_dict();
  set = make_set();
  const Value key = clashing_key([](const Value&, std::span<const Value>) -> Result<Value> {
    clear(*dict);
    clear(*set);
    return Value(make_bool(false));
  });
  ASSERT_TRUE(types::set(*dict, key, none()));
  ASSERT_TRUE(add(*set, key));
  const Value other = make_instance(class_of(*key));
  EXPECT_EQ(shown(get(*dict, other)), "nothing");
  EXPECT_EQ(shown(contains(set, other)), "False");
  dict.reset();
  set.reset();
}

TEST_F(ClassTest, AKeyMayRefillTheDictInWhichItIsSoughtWithStrings) {
  static Ref<Dict> dict;
  dict = make_dict();
  const Value key = clashing_key([](const Value&, std::span<const Value>) -> Result<Value> {
    clear(*dict);
    for (const char* name : {"a", "b", "c", "d", "e"})
      if (Result<void> done = set(*dict, text(name), none()); !done) return done.failure();
    return Value(make_bool(false));
  });
  ASSERT_TRUE(set(*dict, key, none()));
  EXPECT_EQ(shown(get(*dict, make_instance(class_of(*key)))), "nothing");
  EXPECT_EQ(dict->used, 5U);
  dict.reset();
}

TEST_F(ClassTest, AnInstanceIsFinalizedOnceAndMayBeResurrected) {
  static Value saved;
  const Ref<Class> phoenix = *make_class(
      "Phoenix", {},
      dict_of({{text("__del__"),
                Value(make_function("__del__",
                                    [](const Value&, std::span<const Value> a) -> Result<Value> {
                                      saved = a[0];
                                      return Value(none());
                                    }))}})
          ->get());
  Value bird = make_instance(phoenix);
  const Object* const address = bird.get();
  bird.reset();
  EXPECT_EQ(saved.get(), address);
  bird = std::move(saved);
  EXPECT_TRUE(setattr(bird, "itself", bird));
  bird.reset();
  EXPECT_EQ(collect(), 1U);
  EXPECT_FALSE(saved);
}

// Garbage ends in the collection that the birth of the dict starts.
TEST_F(ClassTest, AFinalizerMayAskForTheDictThatIsBeingMade) {
  static Value target;
  const Ref<Class> nosy = *make_class("Nosy");
  define(nosy, "__del__", [](const Value&, std::span<const Value>) -> Result<Value> {
    const Result<Value> dict = getattr(target, "__dict__");
    EXPECT_TRUE(setattr(target, "y", integer(2)));
    return dict;
  });
  const Ref<Class> plain = *make_class("Plain");
  for (unsigned threshold = 1; threshold < 6; ++threshold) {
    target = make_instance(plain);
    ASSERT_TRUE(setattr(target, "x", integer(1)));
    Value garbage = make_instance(nosy);
    ASSERT_TRUE(setattr(garbage, "itself", garbage));
    garbage.reset();
    heap.collector().set_thresholds({threshold, 10, 10});
    const Result<Value> dict = getattr(target, "__dict__");
    heap.collector().set_thresholds({700, 10, 10});
    collect();
    EXPECT_EQ(shown(dict), "{'x': 1, 'y': 2}");
    EXPECT_EQ(shown(getattr(target, "y")), "2");
  }
  target.reset();
}

TEST_F(ClassTest, ClassesAndInstancesInCyclesAreCollected) {
  {
    const Ref<Class> of = *make_class("Node");
    const Value a = make_instance(of);
    const Value b = make_instance(of);
    ASSERT_TRUE(setattr(a, "peer", b));
    ASSERT_TRUE(setattr(b, "peer", a));
    ASSERT_TRUE(setattr(of, "first", a));
  }
  EXPECT_GE(collect(), 3U);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(ClassTest, PropertiesAreAskedBeforeWhatTheInstanceHas) {
  const auto twice = make_function("twice", [](const Value&, std::span<const Value> a) {
    const Result<Value> x = getattr(a[0], "x");
    return x ? add(*x, *x) : x;
  });
  const auto set_x =
      make_function("set_x", [](const Value&, std::span<const Value> a) -> Result<Value> {
        const Result<void> done = setattr(a[0], "x", a[1]);
        return done ? Result<Value>(none()) : done.failure();
      });
  const Ref<Class> of = *make_class("A");
  ASSERT_TRUE(setattr(of, "double", Value(make_property(twice, set_x))));
  const Ref<Class> bases[] = {of};
  const Value object = make_instance(*make_class("B", bases));
  EXPECT_EQ(shown(hasattr(object, "double")), "False");
  EXPECT_EQ(shown(setattr(object, "double", integer(3))), "done");
  EXPECT_EQ(shown(getattr(object, "double")), "6");
  EXPECT_EQ(shown(delattr(object, text("double"))),
            "AttributeError: property 'double' of 'B' object has no deleter");
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{'x': 3}");
}

TEST_F(ClassTest, TheGetOfADescriptorIsNotBound) {
  const Ref<Class> of = *make_class("A");
  const Value object = make_instance(of);
  ASSERT_TRUE(setattr(of, "__get__", object));
  ASSERT_TRUE(setattr(of, "x", object));
  EXPECT_EQ(shown(getattr(object, "x")), "TypeError: 'A' object is not callable");
  ASSERT_TRUE(delattr(of, text("__get__")));
  ASSERT_TRUE(delattr(of, text("x")));
}

TEST_F(ClassTest, WhatIsOnlyResponsibleForSettingIsNotAskedForTheValue) {
  const Ref<Class> setter = *make_class("Setter");
  define(setter, "__set__",
         [](const Value&, std::span<const Value>) -> Result<Value> { return Value(none()); });
  const Ref<Class> of = *make_class("A");
  const Value descriptor = make_instance(setter);
  ASSERT_TRUE(setattr(of, "x", descriptor));
  const Value object = make_instance(of);
  EXPECT_TRUE(same(*getattr(object, "x"), descriptor));
  EXPECT_EQ(shown(setattr(object, "x", integer(1))), "done");
  EXPECT_TRUE(same(*getattr(object, "x"), descriptor));
  ASSERT_TRUE(set(**dict_of_instance(*as<Instance>(object)), text("x"), integer(2)));
  EXPECT_EQ(shown(getattr(object, "x")), "2");
}

TEST_F(ClassTest, ClassAndStaticMethodsNeedNoInstance) {
  const auto arguments = make_function(
      "f", [](const Value&, std::span<const Value> a) { return made(types::make_tuple(a)); });
  const Ref<Class> base = *make_class("A");
  ASSERT_TRUE(setattr(base, "make", Value(make_classmethod(arguments))));
  ASSERT_TRUE(setattr(base, "count", Value(make_staticmethod(arguments))));
  const Ref<Class> bases[] = {base};
  const Ref<Class> of = *make_class("B", bases);
  for (const Value& asked : {Value(of), make_instance(of)}) {
    EXPECT_EQ(shown(call(*getattr(asked, "make"), {integer(1)})), "(<class 'B'>, 1)");
    EXPECT_EQ(shown(call(*getattr(asked, "count"), {integer(1)})), "(1,)");
  }
  EXPECT_EQ(shown(call(*getattr(*make_super(of, of), "make"), {})), "(<class 'B'>,)");
}

TEST_F(ClassTest, BoundMethodsAreEqualWhoseObjectIsTheSameAndWhoseFunctionsAreEqual) {
  const auto nothing = [](const Value&, std::span<const Value>) -> Result<Value> {
    return Value(none());
  };
  const Ref<Class> of = *make_class("A");
  for (const char* const name : {"f", "g"})
    ASSERT_TRUE(setattr(of, name, make_function(name, nothing)));
  const Value object = make_instance(of);
  const Value method = *getattr(object, "f");
  const Value again = *getattr(object, "f");
  EXPECT_EQ(shown(equal(method, again)), "True");
  EXPECT_EQ(shown(not_equal(method, again)), "False");
  EXPECT_EQ(*hash(method), *hash(again));
  EXPECT_EQ(shown(contains(*set_of(make_list({method})), again)), "True");
  EXPECT_EQ(shown(equal(method, *getattr(object, "g"))), "False");
  EXPECT_EQ(shown(equal(method, *getattr(make_instance(of), "f"))), "False");
  EXPECT_EQ(shown(equal(method, as<Method>(method)->function)), "False");
  // The objects are not compared.
  EXPECT_EQ(shown(equal(Value(make_method(make_list(), integer(1))),
                        Value(make_method(make_list(), integer(1))))),
            "False");
  EXPECT_EQ(shown(hash(Value(make_method(object, make_list())))),
            "TypeError: unhashable type: 'list'");
}

// As many argument lists, one call of each class on the way.
TEST_F(ClassTest, SuperGoesOnInTheOrderOfTheInstancesClass) {
  const auto describe = [](const Value& closure, std::span<const Value> a) -> Result<Value> {
    const Result<Ref<Super>> above = make_super(cast<Class>(closure), a[0]);
    if (!above) return above.failure();
    const Value name = cast<Class>(closure)->name;
    const Result<bool> goes_on = hasattr(*above, "describe");
    if (!goes_on || !*goes_on) return name;
    const Result<Value> rest = call_method(*above, "describe");
    return rest ? add(name, *rest) : rest;
  };
  std::vector<Ref<Class>> all;
  const auto make = [&](const char* name, std::vector<Ref<Class>> bases) {
    all.push_back(*make_class(name, bases));
    ASSERT_TRUE(setattr(all.back(), "describe", make_function("describe", describe, all.back())));
  };
  make("A", {});
  make("B", {all[0]});
  make("C", {all[0]});
  make("D", {all[1], all[2]});
  EXPECT_EQ(shown(call_method(make_instance(all[3]), "describe")), "'DBCA'");
}

TEST_F(ClassTest, WhatTheInstanceHasIsCalledBeforeWhatItsClassHas) {
  const Ref<Class> of = *make_class("A");
  define(of, "f", [](const Value&, std::span<const Value>) -> Result<Value> { return integer(1); });
  const Value object = make_instance(of);
  EXPECT_EQ(shown(call_method(object, "f")), "1");
  ASSERT_TRUE(setattr(object, "f", make_function("g", [](const Value&, std::span<const Value>) {
                        return Result<Value>(integer(2));
                      })));
  EXPECT_EQ(shown(call_method(object, "f")), "2");
}

TEST_F(ClassTest, AClassMayMakeItsInstancesItself) {
  const Ref<Class> of = *make_class("A");
  define(of, "__new__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    if (a.size() > 1) return a[1];
    return made(make_instance(cast<Class>(a[0])));
  });
  EXPECT_EQ(shown(call(of, {integer(5)})), "5");
  EXPECT_TRUE(is_instance(*call(of, {}), *of));
}

TEST_F(ClassTest, WhatAClassMakesIsInitialisedByItsOwnClass) {
  const Ref<Class> base = *make_class("A");
  const Ref<Class> bases[] = {base};
  const Ref<Class> derived = *make_class("B", bases);
  ASSERT_TRUE(setattr(base, "derived", derived));
  define(base, "__new__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    return made(make_instance(cast<Class>(*getattr(a[0], "derived"))));
  });
  define(derived, "__init__", [](const Value&, std::span<const Value> a) -> Result<Value> {
    if (Result<void> done = setattr(a[0], "x", integer(1)); !done) return done.failure();
    return Value(none());
  });
  const Result<Value> object = call(base, {});
  ASSERT_TRUE(object);
  EXPECT_EQ(shown(getattr(*object, "x")), "1");
}

TEST_F(ClassTest, BasesLearnFinalizersAndSettersLate) {
  static int calls;
  calls = 0;
  const Ref<Class> base = *make_class("A");
  const Ref<Class> bases[] = {base};
  const Ref<Class> of = *make_class("B", bases);
  const Code count = [](const Value&, std::span<const Value>) -> Result<Value> {
    ++calls;
    return Value(none());
  };
  define(base, "__del__", count);
  define(base, "__setattr__", count);
  Value object = make_instance(of);
  EXPECT_EQ(shown(setattr(object, "x", none())), "done");
  EXPECT_EQ(calls, 1);
  object.reset();
  EXPECT_EQ(calls, 2);
}

TEST_F(ClassTest, SlotsSurviveTheFailureOfEachAllocation) {
  const std::string_view names[] = {"x", "y"};
  with_each_allocation_failing([&] {
    const Result<Ref<Class>> a = make_slots_class("A", names);
    if (!had_memory(a)) return;
    const Result<Ref<Class>> b = make_slots_class("B", names, {&*a, 1});
    const Result<Ref<Class>> c = make_class("C", {&*a, 1});
    if (!had_memory(b) || !had_memory(c)) return;
    for (const Ref<Class>& of : {*a, *b, *c}) {
      const Value object = make_instance(of);
      if (object && had_memory(setattr(object, "y", object)))
        (void)had_memory(getattr(object, "y"));
    }
  });
}

TEST_F(ClassTest, SurvivesTheFailureOfEachAllocation) {
  const Value value = make_list();
  const Value name_a = intern_literal("a");
  with_each_allocation_failing([&] {
    const Result<Ref<Class>> of = make_class("Shaky");
    if (!had_memory(of)) return;
    const Value p = make_instance(*of);
    if (!p) return;
    for (const char* name : {"b", "a", "c", "d"}) {
      if (!had_memory(setattr(p, name, value))) return;
    }
    if (!had_memory(delattr(p, name_a))) return;
    if (had_memory(setattr(p, "a", value))) (void)had_memory(dict_of_instance(*as<Instance>(p)));
  });
}

}  // namespace
}  // namespace exuvia::types
