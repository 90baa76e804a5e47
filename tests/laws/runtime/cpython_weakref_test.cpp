// The cases of CPython's test_weakref, asked of the runtime's Weak.
//
// | cases there | here |
// |---|---|
// | basic_ref, basic_callback, cfunction, classes, init, ref_repr | ... is told of its end |
// | multiple_callbacks, multiple_selfref_callbacks | AllAreClearedBeforeACallbackRuns |
// | ref_reuse, shared_ref_without_callback | PlainOnesShareACell |
// | equality, ordering, hashing | by identity, as Refs compare: OnesAreEqualThatWatchOneObject |
// | callbacks_protected | ACallbackMayRunWhileAnExceptionIsOnItsWay |
// | sf_bug_840829, callback_gcs, gc_during_ref_creation, trashcan_16602, ref_created_during_del,
//   callback_in_cycle, callback_reachable_one_way, callback_different_classes,
//   callback_in_cycle_resurrection, callbacks_on_callback, no_memory_when_clearing | a test of like
//   name |
// | getweakrefcount, getweakrefs, __callback__, subclasses of ref, WeakMethod, all of proxy | no
//   such operations on a Weak |
// | mappings, WeakSet, finalize, proxies | exuvia/types: tests/unit/types, tests/laws/types |
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia::laws {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class WeakCases : public CollectorTest, public testing::WithParamInterface<Policy> {
 protected:
  WeakCases() {
    collector.set_policy(GetParam());
    collector.set_thresholds({0, 0, 0});
  }
  [[nodiscard]] std::function<void()> note(const std::string& what) {
    return [this, what] { diary.push_back(what); };
  }
};

INSTANTIATE_TEST_SUITE_P(Policies, WeakCases,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(WeakCases, EveryKindOfObjectIsToldOfItsEnd) {
  struct Plain {};
  const auto expect_told = [this](auto object) {
    diary.clear();
    const Weak weak(object, note("gone"));
    const Weak plain(object);
    EXPECT_EQ(weak.lock(), object);
    object.reset();
    EXPECT_TRUE(weak.expired());
    EXPECT_EQ(plain.lock(), nullptr);
    EXPECT_THAT(diary, testing::Contains("gone"));
  };
  expect_told(make<int>(1));
  expect_told(make<Plain>());
  expect_told(make<std::vector<Ref<int>>>());
  expect_told(thing("a"));
}

TEST_P(WeakCases, AllAreClearedBeforeACallbackRuns) {
  std::vector<Weak<int>> all;
  std::vector<bool> expired;
  Ref<int> object = make<int>(1);
  for (int i = 0; i < 3; ++i) {
    all.emplace_back(object, [&] {
      for (const Weak<int>& weak : all) expired.push_back(weak.expired());
    });
  }
  object.reset();
  EXPECT_EQ(expired, std::vector<bool>(9, true));
}

TEST_P(WeakCases, PlainOnesShareACell) {
  const Ref<int> object = make<int>(1);
  const Weak<int> a = object;
  const Weak<int> between(object, [] {});
  const Weak<int> b = object;
  EXPECT_EQ(a, b);
  EXPECT_FALSE(a == between);
}

TEST_P(WeakCases, OnesAreEqualThatWatchOneObject) {
  Ref<int> x = make<int>(1);
  Ref<int> y = make<int>(1);
  const Weak<int> a = x;
  const Weak<int> b = y;
  const Weak<int> c = x;
  const std::size_t hash = std::hash<Weak<int>>{}(a);
  EXPECT_EQ(a, c);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(hash, std::hash<Weak<int>>{}(c));
  x.reset();
  y.reset();
  EXPECT_EQ(a, c);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(hash, std::hash<Weak<int>>{}(a));
}

TEST_P(WeakCases, ACallbackMayRunWhileAnExceptionIsOnItsWay) {
  std::map<int, Weak<Thing>> data;
  const auto throw_over_the_last_ref = [&] {
    const auto object = thing("a");
    data[1] = Weak<Thing>(object, [&] {
      data.erase(1);
      try {
        throw std::logic_error("inner");
      } catch (const std::logic_error&) {
      }
    });
    throw std::runtime_error("outer");
  };
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(throw_over_the_last_ref(), std::runtime_error);
    EXPECT_THAT(data, IsEmpty());
  }
}

TEST_P(WeakCases, ACallbackMayCollect) {
  const auto collecting = [this] { collector.collect(); };
  auto c = thing("c");
  const Weak<Thing> watch_c(c, collecting);
  c.reset();
  auto c2 = thing("c2");
  link(c2, thing("c1"));
  link(c2->holds[0], thing("i"));
  const Weak<Thing> watch_i(c2->holds[0]->holds[0], collecting);
  const Weak<Thing> watch_c1(c2->holds[0], collecting);
  c2.reset();
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_P(WeakCases, ACollectionMayComeWhileAWeakIsMade) {
  collector.set_thresholds({1, 1, 1});
  const auto referenced = thing("referenced");
  for (int i = 0; i < 10; ++i) {
    const auto a = thing("a");
    link(a, a);
    a->watches.emplace_back(referenced, note("never"));
  }
  collector.collect();
  EXPECT_THAT(diary, testing::Not(testing::Contains("never")));
  EXPECT_TRUE(heap.is_consistent());
}

TEST_P(WeakCases, OneMadeInAFinalizerExpiresWithTheObject) {
  Weak<Thing> late;
  for (const bool in_cycle : {false, true}) {
    auto target = thing("target");
    if (in_cycle) link(target, target);
    target->on_finalize = [&late](Thing& self) { late = ref_to(self); };
    target.reset();
    collector.collect();
    EXPECT_TRUE(late.expired());
  }
}

TEST_P(WeakCases, NoneShowsAnObjectWhoseDestructionWaits) {
  int alive = 0;
  std::vector<Weak<Thing>> watches;
  Ref<Thing> root = thing("root");
  Thing* last = root.get();
  for (int i = 0; i < 5000; ++i) {
    const auto next = thing("next");
    const Weak<Thing> self = next;
    watches.emplace_back(ref_to(*last), [&alive, self] {
      if (const Ref<Thing> held = self.lock()) alive += held->name == "next" ? 1 : 0;
    });
    last->holds.push_back(next);
    last = next.get();
  }
  root.reset();
  EXPECT_EQ(alive, 5000);
  EXPECT_EQ(heap.object_count(), 0U);
}

// Garbage that watches itself or others.

TEST_P(WeakCases, NoCallbackRunsOfAWeakThatIsGarbageItself) {
  std::vector<std::string> told;
  {
    const auto c1 = thing("c1");
    const auto c2 = thing("c2");
    link(c2, c2);
    link(c2, c1);
    c2->watches.emplace_back(c1, [&told] { told.emplace_back("one way"); });
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    Thing* const raw = b.get();
    a->watches.emplace_back(b, [&told, raw] { told.push_back(raw->name); });
    b->watches.emplace_back(a, [&told] { told.emplace_back("both"); });
  }
  EXPECT_EQ(collector.collect(), 4U);
  EXPECT_THAT(told, IsEmpty());
}

TEST_P(WeakCases, TheCallbackOfALiveWeakRunsThoughGarbageWatchesTooAndResurrectsNothing) {
  Weak<Thing> outside;
  Weak<Thing> other;
  Ref<Thing> saved;
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    b->watches.emplace_back(a, note("never"));
    other = b;
    outside = Weak<Thing>(a, [&] {
      diary.emplace_back("a went away");
      saved = other.lock();
    });
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_THAT(diary, ElementsAre("a went away", "finalize a", "finalize b", "~a", "~b"));
  EXPECT_EQ(saved, nullptr);
}

// A callback is an object of its own in CPython; here one that a callback's function holds.
TEST_P(WeakCases, WhatACallbackHoldsGoesWithItsWeak) {
  Weak<Thing> outside;
  {
    auto watched = thing("watched");
    auto held = thing("held");
    outside = Weak<Thing>(held, note("held went away"));
    watched->watches.emplace_back(watched, [held] {});
    held.reset();
    EXPECT_FALSE(outside.expired());
  }
  EXPECT_TRUE(outside.expired());
  EXPECT_THAT(diary, ElementsAre("finalize watched", "~watched", "finalize held", "held went away",
                                 "~held"));
}

TEST_P(WeakCases, CallbacksRunWithoutMemory) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds can memory be told to fail";
  int calls = 0;
  std::vector<Weak<int>> weaks;
  Ref<int> object = make<int>(1);
  for (int i = 0; i < 50; ++i) weaks.emplace_back(object, [&calls] { ++calls; });
  heap.storage().fail_at(1);
  object.reset();
  EXPECT_FALSE(heap.storage().has_failed());
  heap.storage().fail_at(0);
  EXPECT_EQ(calls, 50);
}

}  // namespace
}  // namespace exuvia::laws
