#include "exuvia/types/weakref.hpp"

#include "exuvia/types/class.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/weak_containers.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class WeakrefTest : public TypesTest {
 protected:
  Ref<Class> node = *make_class("Node");
  Value instance() { return make_instance(node); }

  // A function that appends its first argument, or the closure's second item, to the diary.
  static Result<Value> note(const Value& diary, std::span<const Value> arguments) {
    const Result<void> done = append(*as<List>(diary), arguments[0]);
    if (!done) return done.failure();
    return Value(none());
  }
  void TearDown() override {
    node.reset();
    TypesTest::TearDown();
  }
};

TEST_F(WeakrefTest, KnowsAnObjectUntilItDies) {
  Value object = instance();
  const Ref<WeakReference> watch = *make_weakref(object);
  EXPECT_TRUE(same(*call(watch, {}), object));
  EXPECT_TRUE(shown(Value(watch)).find("; to 'Node' at") != std::string::npos);
  object.reset();
  EXPECT_TRUE(is_none(*call(watch, {})));
  EXPECT_TRUE(shown(Value(watch)).ends_with("; dead>"));
}

TEST_F(WeakrefTest, TypesWithoutWeakReferencesSaySo) {
  EXPECT_EQ(shown(make_weakref(integer(1))),
            "TypeError: cannot create weak reference to 'int' object");
  EXPECT_EQ(shown(make_weakref(make_list())),
            "TypeError: cannot create weak reference to 'list' object");
  EXPECT_TRUE(make_weakref(make_set()));
}

TEST_F(WeakrefTest, CallsBackOnceWithItself) {
  const Ref<List> diary = make_list();
  Value object = instance();
  Ref<WeakReference> watch = *make_weakref(object, make_function("note", &note, diary));
  object.reset();
  ASSERT_EQ(diary->size, 1U);
  EXPECT_TRUE(same(diary->items()[0], watch));
  clear(*diary);
}

TEST_F(WeakrefTest, DoesNotCallBackWhenItDiedBefore) {
  const Ref<List> diary = make_list();
  Value object = instance();
  Ref<WeakReference> watch = *make_weakref(object, make_function("note", &note, diary));
  watch.reset();
  object.reset();
  EXPECT_EQ(diary->size, 0U);
}

TEST_F(WeakrefTest, AFailingCallbackIsReportedAndNothingElse) {
  std::string told;
  heap.collector().set_unraisable_hook([&told](const char*, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      told = e.what();
    }
  });
  Value object = instance();
  const Value fails =
      make_function("fails", [](const Value&, std::span<const Value>) -> Result<Value> {
        return value_error("on purpose");
      });
  const Ref<WeakReference> watch = *make_weakref(object, fails);
  object.reset();
  EXPECT_EQ(told, "ValueError: on purpose");
}

TEST_F(WeakrefTest, EqualsAndHashesAsItsObject) {
  const Value object = instance();
  const Value other = instance();
  const Value a = *make_weakref(object);
  const Value b = *make_weakref(object);
  EXPECT_EQ(shown(equal(a, b)), "True");
  EXPECT_EQ(*hash(a), *hash(object));
  EXPECT_EQ(shown(equal(a, Value(*make_weakref(other)))), "False");
  const Value dead = *make_weakref(instance());
  EXPECT_EQ(shown(hash(dead)), "TypeError: weak object has gone away");
}

TEST_F(WeakrefTest, AProxyDoesWhatItsObjectDoes) {
  Value object = *set_of(make_list({integer(1), integer(2)}));
  const Value proxy = *make_proxy(object);
  EXPECT_EQ(shown(length(proxy)), "2");
  EXPECT_EQ(shown(contains(proxy, integer(1))), "True");
  EXPECT_EQ(shown(binary(Operator::kAnd, proxy, object)), "{1, 2}");
  EXPECT_EQ(shown(hash(proxy)), "TypeError: unhashable type: 'weakproxy'");
  object.reset();
  EXPECT_EQ(shown(length(proxy)), "ReferenceError: weakly-referenced object no longer exists");
}

TEST_F(WeakrefTest, AnItemOfAWeakValueDictGoesWithItsValue) {
  const Value dict = make_weak_value_dict();
  Value object = instance();
  ASSERT_TRUE(setitem(dict, text("a"), object));
  ASSERT_TRUE(setitem(dict, text("b"), object));
  const Value other = instance();
  ASSERT_TRUE(setitem(dict, text("b"), other));
  EXPECT_TRUE(same(*getitem(dict, text("a")), object));
  object.reset();
  EXPECT_EQ(shown(list_of(dict)), "['b']");
  EXPECT_EQ(shown(getitem(dict, text("a"))), "KeyError: 'a'");
  EXPECT_EQ(shown(delitem(dict, text("b"))), "done");
  EXPECT_EQ(shown(length(dict)), "0");
}

TEST_F(WeakrefTest, AnItemOfAWeakKeyDictGoesWithItsKey) {
  const Value dict = make_weak_key_dict();
  Value key = instance();
  ASSERT_TRUE(setitem(dict, key, integer(1)));
  ASSERT_TRUE(setitem(dict, key, integer(2)));
  EXPECT_EQ(shown(getitem(dict, key)), "2");
  EXPECT_EQ(shown(length(dict)), "1");
  key.reset();
  EXPECT_EQ(shown(length(dict)), "0");
  EXPECT_EQ(shown(contains(dict, integer(1))), "False");
}

TEST_F(WeakrefTest, AWeakSetHoldsWhatOthersHold) {
  const Ref<WeakSet> set = make_weak_set();
  Value a = instance();
  const Value b = instance();
  ASSERT_TRUE(add(*set, a));
  ASSERT_TRUE(add(*set, a));
  ASSERT_TRUE(add(*set, b));
  EXPECT_EQ(shown(length(set)), "2");
  a.reset();
  EXPECT_EQ(shown(length(set)), "1");
  EXPECT_EQ(shown(contains(set, b)), "True");
  EXPECT_EQ(shown(discard(*set, b)), "True");
  EXPECT_EQ(shown(discard(*set, b)), "False");
}

TEST_F(WeakrefTest, ContainersForgetWhatACollectionFinds) {
  const Value dict = make_weak_value_dict();
  {
    const Value object = instance();
    ASSERT_TRUE(setattr(object, "itself", object));
    ASSERT_TRUE(setitem(dict, integer(1), object));
  }
  EXPECT_EQ(shown(length(dict)), "1");
  EXPECT_EQ(collect(), 1U);
  EXPECT_EQ(shown(length(dict)), "0");
}

TEST_F(WeakrefTest, AContainerMayDieBeforeWhatItKnows) {
  const Value object = instance();
  {
    const Value dict = make_weak_value_dict();
    ASSERT_TRUE(setitem(dict, integer(1), object));
    const Ref<WeakSet> set = make_weak_set();
    ASSERT_TRUE(add(*set, object));
  }
  EXPECT_EQ(collect(), 0U);
}

TEST_F(WeakrefTest, AFinalizerRunsOnceWhenItsObjectDies) {
  const Ref<List> diary = make_list();
  const Value function = make_function("note", &note, diary);
  const Value argument[] = {text("gone")};
  Value object = instance();
  ASSERT_TRUE(make_finalizer(object, function, argument));
  object.reset();
  EXPECT_EQ(shown(Value(diary)), "['gone']");

  object = instance();
  const Ref<Finalizer> called = *make_finalizer(object, function, argument);
  EXPECT_TRUE(is_alive(*called));
  EXPECT_EQ(shown(call(called, {})), "None");
  EXPECT_FALSE(is_alive(*called));
  const Ref<Finalizer> detached = *make_finalizer(object, function, argument);
  detach(*detached);
  object.reset();
  EXPECT_EQ(shown(Value(diary)), "['gone', 'gone']");
  EXPECT_EQ(shown(call(called, {})), "None");
}

TEST_F(WeakrefTest, SurvivesTheFailureOfEachAllocation) {
  const Value object = instance();
  const Value function = make_function("note", &note, make_list());
  with_each_allocation_failing([&] {
    if (!had_memory(make_weakref(object, function))) return;
    if (!had_memory(make_proxy(object))) return;
    const Ref<Finalizer> finalizer = make_finalizer(object, function).value_or(nullptr);
    if (finalizer) detach(*finalizer);
    const Value dict = make_weak_value_dict();
    if (dict) (void)had_memory(setitem(dict, none(), object));
    const Ref<WeakSet> set = make_weak_set();
    if (set && had_memory(add(*set, object))) (void)had_memory(copy(*set));
    const Ref<WeakKeyDict> keyed = make_weak_key_dict();
    if (keyed && had_memory(setdefault(*keyed, object, none()))) (void)had_memory(copy(*keyed));
  });
}

}  // namespace
}  // namespace exuvia::types
