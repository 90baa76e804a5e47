#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "exuvia/runtime.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia {
namespace {

using testing::ElementsAre;

TEST_F(CollectorTest, FinalizesOnlyOnceAtCountZero) {
  Ref<Thing> saved;
  auto a = thing("a");
  a->on_finalize = [&](Thing& self) { saved = ref_to(self); };
  a.reset();
  EXPECT_THAT(diary, ElementsAre("finalize a"));
  EXPECT_TRUE(Collector::is_finalized(saved));
  EXPECT_TRUE(Collector::is_tracked(saved));
  saved.reset();
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
}

TEST_F(CollectorTest, ResurrectsTheWholeOfWhatAFinalizerSaves) {
  Ref<Thing> saved;
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    a->on_finalize = [&](Thing& self) { saved = ref_to(self); };
  }
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "finalize b"));
  EXPECT_EQ(saved->holds[0]->holds[0], saved);
  EXPECT_EQ(saved.use_count(), 2U);
  EXPECT_EQ(collector.get_objects(2).size(), 2U);
  saved.reset();
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "finalize b", "~a", "~b"));
}

TEST_F(CollectorTest, DestroysTheRestWhenAFinalizerSavesAPart) {
  Ref<Thing> saved;
  {
    const auto a = thing("a");
    const auto b = thing("b");
    const auto c = thing("c");
    link(a, b);
    link(b, a);
    link(b, c);
    link(c, c);
    b->on_finalize = [&](Thing& self) { saved = self.holds[1]; };
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_EQ(saved->name, "c");
  EXPECT_EQ(heap.object_count(), 1U);
}

TEST_F(CollectorTest, SurvivesAFinalizerThatBreaksItsCycle) {
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    a->on_finalize = [](Thing& self) { self.holds.clear(); };
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, HandsAnExceptionOfAFinalizerToTheHookAndGoesOn) {
  std::vector<std::string> seen;
  collector.set_unraisable_hook([&](const char* where, std::exception_ptr exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& thrown) {
      seen.push_back(std::string(where) + ": " + thrown.what());
    }
  });
  {
    const auto a = thing("a");
    link(a, a);
    a->on_finalize = [](Thing&) { throw std::runtime_error("no"); };
  }
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_THAT(seen, ElementsAre(testing::EndsWith("Thing: no")));
}

TEST_F(CollectorTest, ClearsWeakReferencesAndCallsBackBeforeFinalizers) {
  Weak<Thing> weak;
  {
    const auto a = thing("a");
    link(a, a);
    weak =
        Weak<Thing>(a, [&] { diary.push_back(weak.expired() ? "callback, expired" : "callback"); });
  }
  collector.collect();
  EXPECT_THAT(diary, ElementsAre("callback, expired", "finalize a", "~a"));
}

TEST_F(CollectorTest, DoesNotCallBackAWeakThatDiesInTheSameGarbage) {
  bool called = false;
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    a->watches.emplace_back(b, [&] { called = true; });
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_FALSE(called);
}

TEST_F(CollectorTest, CallsBackAWeakOfALiveObject) {
  bool called = false;
  const auto live = thing("live");
  {
    const auto a = thing("a");
    link(a, a);
    live->watches.emplace_back(a, [&] { called = true; });
  }
  collector.collect();
  EXPECT_TRUE(called);
}

TEST_F(CollectorTest, KeepsNoWeakThatAFinalizerMakes) {
  Weak<Thing> late;
  bool called = false;
  {
    const auto a = thing("a");
    link(a, a);
    a->on_finalize = [&](Thing& self) { late = Weak<Thing>(ref_to(self), [&] { called = true; }); };
  }
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_TRUE(late.expired());
  EXPECT_TRUE(called);
}

TEST_F(CollectorTest, EmptiesReferencesInsideTheCycleBeforeDestructorsRun) {
  struct Looker {
    Ref<Looker> other;
    bool* saw_other;
    Looker(bool* s) : saw_other(s) {}
    Looker(const Looker&) = delete;
    Looker& operator=(const Looker&) = delete;
    ~Looker() { *saw_other = *saw_other || other != nullptr; }
    void trace(Visitor& v) const { v(other); }
  };
  bool saw_other = false;
  {
    const auto a = make<Looker>(&saw_other);
    const auto b = make<Looker>(&saw_other);
    a->other = b;
    b->other = a;
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_FALSE(saw_other);
}

TEST_F(CollectorTest, DropsWhatGarbageHeldOfTheLiving) {
  const auto live = thing("live");
  {
    const auto a = thing("a");
    link(a, a);
    link(a, live);
  }
  EXPECT_EQ(live.use_count(), 2U);
  collector.collect();
  EXPECT_EQ(live.use_count(), 1U);
}

// Objects without a destructor of their own, of which only the memory is to be freed.
struct Plain {
  Ref<Plain> other;
  Ref<Thing> held;
};

Ref<Plain> make_plain_pair(const Ref<Thing>& held = nullptr) {
  const auto a = make<Plain>(nullptr, held);
  a->other = make<Plain>(a, held);
  return a;
}

TEST_F(CollectorTest, FreesYoungGarbageThatHoldsNothingButItself) {
  const auto live = make_plain_pair();
  for (int i = 0; i < 100; ++i) (void)make_plain_pair();
  EXPECT_EQ(collector.collect(0), 200U);
  EXPECT_EQ(heap.object_count(), 2U);
  EXPECT_EQ(live->other->other, live);
  EXPECT_TRUE(heap.is_consistent());
}

TEST_F(CollectorTest, DropsWhatPlainGarbageHoldsOfOthers) {
  const auto live = thing("live");
  (void)make_plain_pair();
  (void)make_plain_pair(live);
  (void)make_plain_pair(thing("dead"));
  EXPECT_EQ(collector.collect(0), 7U);
  EXPECT_EQ(live.use_count(), 1U);
  EXPECT_THAT(diary, ElementsAre("finalize dead", "~dead"));
  EXPECT_EQ(heap.object_count(), 1U);
}

TEST_F(CollectorTest, DropsWhatPlainGarbageHoldsOfTheOld) {
  const auto old = thing("old");
  collector.collect();
  (void)make_plain_pair(old);
  EXPECT_EQ(old.use_count(), 3U);
  EXPECT_EQ(collector.collect(0), 2U);
  EXPECT_EQ(old.use_count(), 1U);
}

TEST_F(CollectorTest, ClearsWeakReferencesToPlainGarbage) {
  const Weak<Plain> weak = make_plain_pair();
  EXPECT_EQ(collector.collect(0), 2U);
  EXPECT_EQ(weak.lock(), nullptr);
}

TEST_F(CollectorTest, IgnoresACollectionAskedForInsideACollection) {
  std::size_t inner = 1;
  {
    const auto a = thing("a");
    link(a, a);
    a->on_finalize = [&](Thing&) { inner = collector.collect(); };
  }
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_EQ(inner, 0U);
}

TEST_F(CollectorTest, KeepsObjectsThatAFinalizerMakes) {
  Ref<Thing> made;
  {
    const auto a = thing("a");
    link(a, a);
    a->on_finalize = [&](Thing&) { made = thing("made"); };
  }
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_EQ(collector.get_objects(0).size(), 1U);
  EXPECT_EQ(made->name, "made");
}

// Takes its containers apart by hand, as one may with shared_ptr.
struct TakesItsPeersApart {
  std::unordered_map<Ref<TakesItsPeersApart>, int> map;
  std::unordered_set<Ref<TakesItsPeersApart>> set;
  TakesItsPeersApart() = default;
  TakesItsPeersApart(const TakesItsPeersApart&) = delete;
  TakesItsPeersApart& operator=(const TakesItsPeersApart&) = delete;
  ~TakesItsPeersApart() {
    while (!map.empty()) map.erase(map.begin());
    while (!set.empty()) set.erase(set.begin());
  }
  void trace(Visitor& v) const { v(map, set); }
};

TEST_F(CollectorTest, LetsDestructorsEraseKeysThatItHasEmptied) {
  constexpr std::size_t kMany = 30;
  {
    std::vector<Ref<TakesItsPeersApart>> all(kMany);
    for (auto& one : all) one = make<TakesItsPeersApart>();
    for (const auto& one : all) {
      for (const auto& peer : all) one->map[peer] = 1;
      one->set.insert(all.begin(), all.end());
    }
  }
  EXPECT_EQ(collector.collect(), kMany);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, KeepsAHookThatSetsAnotherWhileItRuns) {
  std::string told;
  const std::string text = "captured, and long enough for a block of its own";
  collector.set_unraisable_hook([&told, text, this](const char*, const std::exception_ptr&) {
    collector.set_unraisable_hook(nullptr);
    told = text;
  });
  auto a = thing("a");
  a->on_finalize = [](Thing&) { throw std::runtime_error("no"); };
  a.reset();
  EXPECT_EQ(told, text);
}

TEST_F(CollectorTest, KeepsTheStateOfItsCallbacks) {
  int last = 0;
  collector.add_callback(
      [calls = 0, &last](CollectionPhase, const CollectionInfo&) mutable { last = ++calls; });
  for (int i = 0; i < 5; ++i) collector.collect();
  EXPECT_EQ(last, 10);
}

}  // namespace
}  // namespace exuvia
