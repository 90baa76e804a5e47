// Code of the program's that changes a container while an operation of the container asks it.
#include "exuvia/types/bytes.hpp"
#include "exuvia/types/class.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/text.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class MeddlingTest : public TypesTest {
 protected:
  using Arguments = std::span<const Value>;

  // Of instances whose method `name` does `code`, with `target` as its closure.
  static Ref<Class> class_with(std::string_view name, Code code, const Value& target) {
    Ref<Class> of = *make_class("Meddler");
    EXPECT_TRUE(setattr(of, name, Value(make_function(name, code, target))));
    return of;
  }
  static Value with(std::string_view name, Code code, const Value& target) {
    return make_instance(class_with(name, code, target));
  }
  static Result<Value> empty(const Value& target, Arguments) {
    if (List* const list = as<List>(target)) clear(*list);
    if (ByteArray* const array = as<ByteArray>(target)) clear(*array);
    return integer(0);
  }
  // Its __index__ is 0, and empties the target.
  static Value emptying_index(const Value& target) { return with("__index__", &empty, target); }

  // The next collection runs `code`; it starts when the next container is born.
  void meddle_on_birth(Code code, const Value& target) {
    heap.collector().set_thresholds({1, 1, 1});
    heap.collector().disable();
    for (int i = 0; i < 3; ++i) {
      const Value garbage = with("__del__", code, target);
      ASSERT_TRUE(setattr(garbage, "itself", garbage));
    }
    heap.collector().enable();
  }
  // Of instances that have one hash and equal whatever `code` says; `code` gets both.
  static Ref<Class> clashing(Code code, const Value& target) {
    const Ref<Class> of = *make_class("Clashing");
    const Code one = [](const Value&, Arguments) -> Result<Value> { return integer(1); };
    EXPECT_TRUE(setattr(of, "__hash__", Value(make_function("__hash__", one))));
    EXPECT_TRUE(setattr(of, "__eq__", Value(make_function("__eq__", code, target))));
    return of;
  }
  // The same, with the hash of the text "x".
  static Ref<Class> clashing_with_x(Code code, const Value& target) {
    const Ref<Class> of = clashing(code, target);
    const Code hash_of_x = [](const Value&, Arguments) -> Result<Value> {
      return made(make_int(*hash(text("x"))));
    };
    EXPECT_TRUE(setattr(of, "__hash__", Value(make_function("__hash__", hash_of_x))));
    return of;
  }
  // Of the class, with a key of the other in its dict.
  static Value with_key_in_dict(const Ref<Class>& of, const Ref<Class>& key) {
    const Value instance = make_instance(of);
    EXPECT_TRUE(setattr(instance, "__dict__", *dict_of({{make_instance(key), none()}})));
    return instance;
  }
};

TEST_F(MeddlingTest, AnIndexMayEmptyTheListThatItIsOf) {
  const Ref<List> list = make_list();
  const auto fill = [&] { return extend(*list, make_tuple({integer(1), integer(2)})); };
  const Value key = emptying_index(list);
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(getitem(list, key)), "IndexError: list index out of range");
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(setitem(list, key, none())), "IndexError: list assignment index out of range");
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(delitem(list, key)), "IndexError: list assignment index out of range");
}

TEST_F(MeddlingTest, AnIndexMayEmptyTheBytearrayThatItIsOf) {
  const Ref<ByteArray> array = make_bytearray("");
  const auto fill = [&] { return extend(*array, std::string_view("some bytes")); };
  const Value key = emptying_index(array);
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(getitem(array, key)), "IndexError: bytearray index out of range");
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(setitem(array, key, integer(1))), "IndexError: bytearray index out of range");
  ASSERT_TRUE(fill());
  EXPECT_EQ(shown(delitem(array, key)), "IndexError: bytearray index out of range");
}

TEST_F(MeddlingTest, AByteMayEmptyTheBytearrayThatItIsFor) {
  const Ref<ByteArray> array = make_bytearray("some bytes");
  const Value byte = emptying_index(array);
  EXPECT_EQ(shown(setitem(array, integer(9), byte)), "IndexError: bytearray index out of range");
  ASSERT_TRUE(extend(*array, std::string_view("more bytes")));
  EXPECT_EQ(shown(set_slice(array, 2, 4, make_tuple({byte}))), "done");
  EXPECT_EQ(shown(Value(array)), "bytearray(b'\\x00')");
}

TEST_F(MeddlingTest, AByteMayEmptyTheBytearrayInWhichItIsSought) {
  const Ref<ByteArray> array = make_bytearray("");
  const auto filled = [&]() -> Value {
    EXPECT_TRUE(extend(*array, std::string_view(std::string(1000, '\0'))));
    return array;
  };
  const Value byte = emptying_index(array);
  EXPECT_EQ(shown(contains(filled(), byte)), "False");
  EXPECT_EQ(shown(find(filled(), byte)), "-1");
  EXPECT_EQ(shown(rfind(filled(), byte)), "-1");
  EXPECT_EQ(shown(count(filled(), byte)), "0");
}

TEST_F(MeddlingTest, AnIndexIsAskedOnce) {
  const Ref<List> calls = make_list();
  const Code note = [](const Value& target, Arguments) -> Result<Value> {
    if (Result<void> done = append(*as<List>(target), none()); !done) return done.failure();
    return integer(1);
  };
  const Value key = with("__index__", note, calls);
  EXPECT_EQ(shown(getitem(text("ab"), key)), "'b'");
  EXPECT_EQ(calls->size, 1U);
}

TEST_F(MeddlingTest, ABytearrayMayShrinkWhileItsPartsAreListed) {
  const Ref<ByteArray> array = make_bytearray("some words side by side");
  meddle_on_birth(&empty, array);
  EXPECT_EQ(shown(split(array)).substr(0, 18), "[bytearray(b'some'");
  clear(*array);
  ASSERT_TRUE(extend(*array, std::string_view("one\ntwo")));
  meddle_on_birth(&empty, array);
  EXPECT_EQ(shown(splitlines(array)), "[bytearray(b'one'), bytearray(b'two')]");
}

TEST_F(MeddlingTest, AListMayChangeWhileItsItemsAreCopied) {
  const Ref<List> list = make_list({integer(1000), integer(2000)});
  meddle_on_birth(&empty, list);
  EXPECT_EQ(shown(Value(make_list(list->items()))), "[1000, 2000]");
  ASSERT_TRUE(extend(*list, make_tuple({integer(1000), integer(2000)})));
  meddle_on_birth(&empty, list);
  EXPECT_EQ(shown(Value(make_tuple(list->items()))), "(1000, 2000)");
}

// As many items as make the bytes of all copies more than there are numbers.
TEST_F(MeddlingTest, AListMayGrowBeforeItIsRepeated) {
  const Ref<List> list = make_list({none()});
  const Code grow = [](const Value& target, Arguments) -> Result<Value> {
    List& grown = *as<List>(target);
    while (grown.size < std::size_t{1} << 21)
      if (Result<void> done = extend(grown, target); !done) return done.failure();
    return Value(none());
  };
  meddle_on_birth(grow, list);
  EXPECT_EQ(shown(multiply(list, integer(std::int64_t{1} << 40))), "MemoryError: out of memory");
}

TEST_F(MeddlingTest, TheLastItemOfADictMayGoBeforeItIsGiven) {
  const Ref<Dict> dict = *dict_of({{integer(1), integer(1)}, {integer(2), integer(2)}});
  const Code pop_one = [](const Value& target, Arguments) -> Result<Value> {
    Dict& victim = *as<Dict>(target);
    return victim.used > 1 ? popitem(victim) : Result<Value>(none());
  };
  meddle_on_birth(pop_one, dict);
  EXPECT_EQ(shown(popitem(*dict)), "(1, 1)");
  EXPECT_EQ(dict->used, 0U);
  ASSERT_TRUE(set(*dict, integer(3), none()));
  const Code clear_all = [](const Value& target, Arguments) -> Result<Value> {
    clear(*as<Dict>(target));
    return Value(none());
  };
  meddle_on_birth(clear_all, dict);
  EXPECT_EQ(shown(popitem(*dict)), "KeyError: 'popitem(): dictionary is empty'");
}

// The new table lies where the old one did, whose last entry still stands behind the new ones.
TEST_F(MeddlingTest, AKeyMayMakeTheDictAnewInWhichItIsSought) {
  const Ref<Dict> dict = make_dict();
  const Code refill = [](const Value& target, Arguments) -> Result<Value> {
    clear(*as<Dict>(target));
    if (Result<void> done = set(*as<Dict>(target), integer(5), none()); !done)
      return done.failure();
    return Value(make_bool(true));
  };
  const Ref<Class> of = clashing(refill, dict);
  ASSERT_TRUE(set(*dict, integer(7), none()));
  ASSERT_TRUE(set(*dict, integer(8), none()));
  ASSERT_TRUE(set(*dict, make_instance(of), make_list({integer(1000)})));
  EXPECT_EQ(shown(get(*dict, make_instance(of))), "nothing");
  EXPECT_EQ(shown(Value(dict)), "{5: None}");
}

TEST_F(MeddlingTest, AValueMayMakeTheSetAnewInWhichItIsSought) {
  const Ref<Set> set = make_set();
  const Code refill = [](const Value& target, Arguments) -> Result<Value> {
    clear(*as<Set>(target));
    if (Result<void> done = add(*as<Set>(target), integer(5)); !done) return done.failure();
    return Value(make_bool(true));
  };
  const Ref<Class> of = clashing(refill, set);
  for (const Value& value : {integer(7), integer(8), Value(make_instance(of))})
    ASSERT_TRUE(add(*set, value));
  EXPECT_EQ(shown(discard(*set, make_instance(of))), "False");
  EXPECT_EQ(shown(Value(set)), "{5}");
}

TEST_F(MeddlingTest, AnInstanceMayGetItsDictWhileItGetsIt) {
  const Value object = make_instance(*make_class("A"));
  ASSERT_TRUE(setattr(object, "x", integer(1)));
  const Code ask = [](const Value& target, Arguments) -> Result<Value> {
    return getattr(target, "__dict__");
  };
  meddle_on_birth(ask, object);
  EXPECT_EQ(shown(getattr(object, "__dict__")), "{'x': 1}");
}

TEST_F(MeddlingTest, AKeyMayReplaceTheInstancesDictInWhichItIsMet) {
  const Code replace = [](const Value& instance, Arguments) -> Result<Value> {
    EXPECT_TRUE(setattr(instance, "__dict__", make_dict()));
    return Value(make_bool(false));
  };
  const Value instance = make_instance(*make_class("Holder"));
  const Ref<Class> of = clashing_with_x(replace, instance);
  // The dict is the instance's alone, and of two keys the one asks to be compared to the other.
  const auto give_dict = [&] {
    const Value key = make_instance(of);
    EXPECT_TRUE(setattr(instance, "__dict__", *dict_of({{key, none()}})));
  };
  give_dict();
  EXPECT_EQ(shown(getattr(instance, "x")), "AttributeError: 'Holder' object has no attribute 'x'");
  give_dict();
  EXPECT_EQ(shown(setattr(instance, "x", integer(3))), "done");
  EXPECT_FALSE(*hasattr(instance, "x"));
  give_dict();
  EXPECT_EQ(shown(delattr(instance, text("x"))),
            "AttributeError: 'Holder' object has no attribute 'x'");
}

TEST_F(MeddlingTest, AnAttributeIsNotSoughtFurtherWhenAKeyCannotBeCompared) {
  const Code fail = [](const Value&, Arguments) -> Result<Value> {
    return Error{ErrorKind::kValueError, "no"};
  };
  const Ref<Class> of = clashing_with_x(fail, none());
  const Ref<Class> holder = *make_class("Holder");
  const Value instance = with_key_in_dict(holder, of);
  EXPECT_EQ(shown(getattr(instance, "x")), "ValueError: no");
  EXPECT_EQ(shown(hasattr(instance, "x")), "ValueError: no");
  EXPECT_EQ(shown(delattr(instance, text("x"))), "ValueError: no");
  ASSERT_TRUE(setattr(holder, "x", integer(1)));
  EXPECT_EQ(shown(getattr(instance, "x")), "ValueError: no");
  EXPECT_EQ(shown(getattr(instance, "y")), "AttributeError: 'Holder' object has no attribute 'y'");
}

TEST_F(MeddlingTest, AKeyThatFailsWithAttributeErrorIsAskedOnceAndThenGetattr) {
  const Ref<List> calls = make_list();
  const Code fail = [](const Value& list, Arguments) -> Result<Value> {
    if (Result<void> done = append(*as<List>(list), none()); !done) return done.failure();
    return Error{ErrorKind::kAttributeError, "no"};
  };
  const Ref<Class> of = clashing_with_x(fail, calls);
  const Ref<Class> holder = *make_class("Holder");
  const Value instance = with_key_in_dict(holder, of);
  EXPECT_EQ(shown(getattr(instance, "x")), "AttributeError: no");
  EXPECT_EQ(shown(Value(calls)), "[None]");
  const Code seven = [](const Value&, Arguments) -> Result<Value> { return integer(7); };
  ASSERT_TRUE(setattr(holder, "__getattr__", Value(make_function("__getattr__", seven))));
  EXPECT_EQ(shown(getattr(instance, "x")), "7");
}

TEST_F(MeddlingTest, WhatASortedListGetsMeanwhileGoesWhenTheListIsWhole) {
  const Ref<List> list = make_list({integer(2000), integer(1000)});
  const Code append_to = [](const Value& target, Arguments) -> Result<Value> {
    if (Result<void> done = append(*as<List>(target), integer(3000)); !done) return done.failure();
    return integer(0);
  };
  const Code append_appending = [](const Value& appending, Arguments) -> Result<Value> {
    const Ref<Class> of = cast<Class>(appending);
    const Result<Value> target = getattr(of, "target");
    if (!target) return target;
    if (as<List>(*target)->size > 0) return integer(0);
    if (Result<void> done = append(*as<List>(*target), make_instance(of)); !done)
      return done.failure();
    return integer(0);
  };
  const Ref<Class> of = class_with("__del__", append_to, list);
  ASSERT_TRUE(setattr(of, "target", list));
  EXPECT_EQ(shown(sort(*list, make_function("key", append_appending, of))),
            "ValueError: list modified during sort");
  EXPECT_EQ(shown(Value(list)), "[2000, 1000, 3000]");
  clear(*of->attributes);
}

TEST_F(MeddlingTest, AKeyThatChangesTheListInItsEndChangesItDuringTheSort) {
  const Ref<List> list = make_list({integer(1000)});
  const Code append_to = [](const Value& target, Arguments) -> Result<Value> {
    return append(*as<List>(target), integer(3000)) ? integer(0) : Value(none());
  };
  const Ref<Class> of = class_with("__del__", append_to, list);
  const Code make_key = [](const Value& key_class, Arguments) -> Result<Value> {
    return made(make_instance(cast<Class>(key_class)));
  };
  EXPECT_EQ(shown(sort(*list, make_function("key", make_key, of))),
            "ValueError: list modified during sort");
  EXPECT_EQ(shown(Value(list)), "[1000]");
}

}  // namespace
}  // namespace exuvia::types
