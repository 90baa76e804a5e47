#include "exuvia/types/weakref.hpp"

#include <algorithm>
#include <thread>

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

// As weakref.ref(object, object.method) does: the object dies with the reference.
TEST_F(WeakrefTest, DoesNotCallBackWhenOnlyTheCallbackHeldTheObject) {
  const Ref<List> diary = make_list();
  const Value function = make_function("note", &note, diary);
  const auto held_by_callback = [&](const auto& make_watcher) {
    const Value object = instance();
    return Value(*make_watcher(object, make_method(object, function)));
  };
  Value reference = held_by_callback(&make_weakref);
  Value proxy = held_by_callback(&make_proxy);
  Value method = held_by_callback([&](const Value& object, const Value& callback) {
    return make_weak_method(make_method(object, function), callback);
  });
  const Value object = referent(*as<WeakReference>(reference));
  EXPECT_EQ(getweakrefcount(object), 1U);
  reference.reset();
  EXPECT_EQ(getweakrefcount(object), 0U);
  EXPECT_EQ(shown(truth(proxy)), "True");
  proxy.reset();
  EXPECT_NE(shown(call(method, {})), "None");
  method.reset();
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

TEST_F(WeakrefTest, AProxyIsAnInstanceOfItsObjectsClass) {
  const Ref<Class> of = *make_class("A");
  Value object = make_instance(of);
  const Value proxy = *make_proxy(object);
  EXPECT_TRUE(is_instance(proxy, *of));
  EXPECT_FALSE(is_instance(proxy, **make_class("B")));
  object.reset();
  EXPECT_FALSE(is_instance(proxy, *of));
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

TEST_F(WeakrefTest, AFinalizerShowsWhatItWouldCall) {
  const Value function = make_function("note", &note, make_list());
  const Value argument[] = {text("gone")};
  const Value object = instance();
  const Ref<Finalizer> finalizer = *make_finalizer(object, function, argument);
  const std::string repr = shown(Value(finalizer));
  EXPECT_TRUE(repr.starts_with("<finalize object at 0x") &&
              repr.find("; for 'Node' at 0x") != std::string::npos);
  ASSERT_TRUE(peek(*finalizer));
  EXPECT_TRUE(same(peek(*finalizer)->object, object));
  EXPECT_TRUE(is_alive(*finalizer));
  const std::optional<PendingCall> pending = detach(*finalizer);
  ASSERT_TRUE(pending);
  EXPECT_TRUE(same(pending->function, function));
  EXPECT_EQ(shown(Value(pending->arguments)), "('gone',)");
  EXPECT_FALSE(peek(*finalizer));
  EXPECT_FALSE(detach(*finalizer));
  EXPECT_TRUE(shown(Value(finalizer)).ends_with("; dead>"));
}

// Appends its argument to a text of the test's own, as its heap has gone when the test looks.
std::string at_exit;
Result<Value> note_at_exit(const Value& makes_another, std::span<const Value> arguments) {
  at_exit += shown(arguments[0]) + ' ';
  if (!makes_another) return Value(none());
  const Value again[] = {text("made at the end")};
  EXPECT_TRUE(make_finalizer(makes_another, make_function("note", &note_at_exit), again));
  return value_error("on purpose");
}

TEST_F(WeakrefTest, FinalizersRunAtTheEndOfTheirHeapTheNewestFirst) {
  at_exit.clear();
  Value kept;
  std::string told;
  {
    Heap other;
    const HeapScope scope(other);
    other.collector().set_unraisable_hook(
        [&](const char* where, std::exception_ptr) { told = where; });
    const Ref<Class> cls = *make_class("Kept");
    kept = make_instance(cls);
    const auto finalize = [&](int number, Value closure = nullptr) {
      const Value argument[] = {integer(number)};
      return *make_finalizer(kept, make_function("note", &note_at_exit, std::move(closure)),
                             argument);
    };
    const Ref<Finalizer> first = finalize(1);
    const Ref<Finalizer> second = finalize(2, kept);
    finalize(3)->runs_at_exit = false;
    const Ref<Finalizer> fourth = finalize(4);
    const Ref<Finalizer> fifth = finalize(5);
    detach(*fourth);
    EXPECT_EQ(at_exit, "");
  }
  EXPECT_EQ(at_exit, "5 2 'made at the end' 1 ");
  EXPECT_EQ(told, "a finalizer at the end of its heap");
  kept.reset();
  EXPECT_EQ(at_exit, "5 2 'made at the end' 1 3 ");
}

struct Constant : Object {
  static const Type type;
};
constinit const Type Constant::type =
    native_type<Constant>("constant", {.is_weakly_referable = true});
constinit const runtime::Binding binding_of_constants{&Constant::type, nullptr};
constinit Immortal<Constant> constant{binding_of_constants};

TEST_F(WeakrefTest, TheFinalizerOfAnImmortalValueRunsAtTheEndOfTheHeap) {
  at_exit.clear();
  {
    Heap other;
    const HeapScope scope(other);
    const Value watched = Value::to(constant.object);
    const auto finalize = [&](int number) {
      const Value argument[] = {integer(number)};
      return *make_finalizer(watched, make_function("note", &note_at_exit), argument);
    };
    EXPECT_TRUE(is_alive(*finalize(1)));
    detach(*finalize(2));
    finalize(3)->runs_at_exit = false;
    EXPECT_EQ(shown(call(finalize(4), {})), "None");
    EXPECT_EQ(at_exit, "4 ");
  }
  EXPECT_EQ(at_exit, "4 1 ");
}

TEST_F(WeakrefTest, FinalizersOfAThreadsOwnHeapRunAtTheEndOfTheThread) {
  at_exit.clear();
  std::thread([] {
    const Ref<Class> cls = *make_class("Kept");
    const Value argument[] = {integer(1)};
    const Value self = make_instance(cls);
    ASSERT_TRUE(setattr(self, "self", self));
    ASSERT_TRUE(make_finalizer(self, make_function("note", &note_at_exit), argument));
  }).join();
  EXPECT_EQ(at_exit, "1 ");
}

TEST_F(WeakrefTest, AWeakMethodGivesItsMethodWhileObjectAndFunctionLive) {
  Value object = instance();
  Value function = make_function("note", &note, make_list());
  const auto method_of = [&] { return Value(make_method(object, function)); };
  const Ref<WeakMethod> weak = *make_weak_method(method_of());
  const Ref<WeakMethod> same_method = *make_weak_method(method_of());
  EXPECT_TRUE(same(as<Method>(*call(weak, {}))->self, object));
  EXPECT_TRUE(same(as<Method>(*bound_method(*weak))->function, function));
  EXPECT_EQ(shown(equal(weak, same_method)), "True");
  EXPECT_EQ(*hash(Value(weak)), *hash(object));
  const Ref<WeakMethod> other = *make_weak_method(make_method(instance(), function));
  EXPECT_EQ(shown(call(other, {})), "None");
  EXPECT_EQ(shown(equal(weak, other)), "False");
  function.reset();
  EXPECT_EQ(shown(call(weak, {})), "None");
  EXPECT_EQ(shown(equal(weak, same_method)), "False");
  EXPECT_EQ(shown(equal(weak, weak)), "True");
  EXPECT_EQ(shown(make_weak_method(object)),
            "TypeError: argument should be a bound method, not <class 'Node'>");
}

TEST_F(WeakrefTest, AWeakMethodCallsBackOnceWhicheverDiesFirst) {
  for (const bool object_first : {true, false}) {
    const Ref<List> diary = make_list();
    Value object = instance();
    Value function = make_function("note", &note, make_list());
    const Ref<WeakMethod> weak =
        *make_weak_method(make_method(object, function), make_function("note", &note, diary));
    (object_first ? object : function).reset();
    ASSERT_EQ(diary->size, 1U);
    EXPECT_TRUE(same(diary->items()[0], weak));
    (object_first ? function : object).reset();
    EXPECT_EQ(diary->size, 1U);
    clear(*diary);
  }
}

TEST_F(WeakrefTest, AProxyCallsBackToo) {
  const Ref<List> diary = make_list();
  Value object = instance();
  const Value proxy = *make_proxy(object, make_function("note", &note, diary));
  object.reset();
  ASSERT_EQ(diary->size, 1U);
  EXPECT_TRUE(same(diary->items()[0], proxy));
  clear(*diary);
}

TEST_F(WeakrefTest, AllThatKnowAnObjectAreCountedAndFound) {
  const Value object = instance();
  EXPECT_EQ(getweakrefcount(object), 0U);
  EXPECT_EQ(shown(getweakrefs(object)), "[]");
  EXPECT_EQ(getweakrefcount(integer(1)), 0U);
  const Value watchers[] = {*make_weakref(object),
                            *make_weakref(object, make_function("note", &note)),
                            *make_proxy(object), *make_weakref(node)};
  const Value function = make_function("note", &note);
  const Value method = *make_weak_method(make_method(object, function));
  (void)heap.collector().freeze();
  const Value last = *make_weakref(object);
  const Ref<List> found = *getweakrefs(object);
  (void)heap.collector().unfreeze();
  EXPECT_EQ(getweakrefcount(object), 5U);
  ASSERT_EQ(found->size, 5U);
  for (const Value& watcher : {watchers[0], watchers[1], watchers[2], method, last}) {
    EXPECT_TRUE(std::any_of(found->items().begin(), found->items().end(),
                            [&](const Value& one) { return same(one, watcher); }));
  }
}

TEST_F(WeakrefTest, TheHashOfALongLineOfReferencesIsRefused) {
  std::vector<Value> line{make_instance(*make_class("A"))};
  for (int i = 0; i < 200'000; ++i) line.push_back(*make_weakref(line.back()));
  EXPECT_EQ(shown(hash(line.back())),
            "RecursionError: maximum recursion depth exceeded while hashing a weak reference");
}

TEST_F(WeakrefTest, SurvivesTheFailureOfEachAllocation) {
  const Value object = instance();
  const Value function = make_function("note", &note, make_list());
  with_each_allocation_failing([&] {
    if (!had_memory(make_weakref(object, function))) return;
    if (!had_memory(make_proxy(object, function))) return;
    const Ref<Method> method = make_method(object, function);
    if (method && !had_memory(make_weak_method(method, function))) return;
    if (!had_memory(getweakrefs(object))) return;
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
