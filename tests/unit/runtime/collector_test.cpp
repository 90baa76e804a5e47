#include "exuvia/runtime/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

using testing::ElementsAre;

// An object with every kind of end, and a diary of them.
struct Thing {
  std::string name;
  std::vector<std::string>* diary;
  std::vector<Ref<Thing>> holds;
  std::function<void(Thing&)> on_finalize;
  std::vector<Weak<Thing>> watches;

  Thing(std::string n, std::vector<std::string>& d) : name(std::move(n)), diary(&d) {}
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
  ~Thing() { diary->push_back("~" + name); }
  void finalize() {
    diary->push_back("finalize " + name);
    if (on_finalize) on_finalize(*this);
  }
  void trace(Visitor& v) const { v(holds, watches); }
};

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() : scope_(heap) { collector.set_thresholds({0, 0, 0}); }

  Ref<Thing> thing(const std::string& name) { return make<Thing>(name, diary); }
  static void link(const Ref<Thing>& from, const Ref<Thing>& to) { from->holds.push_back(to); }

  std::vector<std::string> diary;
  Heap heap;
  Collector& collector = heap.collector();

 private:
  HeapScope scope_;
};

TEST_F(CollectorTest, FindsNothingInAnEmptyHeap) { EXPECT_EQ(collector.collect(), 0U); }

TEST_F(CollectorTest, CollectsAnObjectThatHoldsItself) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  EXPECT_TRUE(diary.empty());
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, FinalizesAllOfACycleBeforeItDestroysAny) {
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "finalize b", "~a", "~b"));
}

TEST_F(CollectorTest, SparesWhatIsReferencedFromOutsideAndAllItReaches) {
  const auto a = thing("a");
  {
    const auto b = thing("b");
    const auto c = thing("c");
    link(a, b);
    link(b, c);
    link(c, b);
  }
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_TRUE(diary.empty());
  a->holds.clear();
  EXPECT_EQ(collector.collect(), 2U);
}

TEST_F(CollectorTest, DestroysWhatHangsFromACycle) {
  {
    const auto a = thing("a");
    const auto tail = thing("tail");
    link(a, a);
    link(a, tail);
    link(a, tail);
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, CollectsInTheYoungestGenerationToo) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  EXPECT_EQ(collector.collect(0), 1U);
}

TEST_F(CollectorTest, LeavesOldGarbageToTheOldestGeneration) {
  auto a = thing("a");
  link(a, a);
  collector.collect(2);
  a.reset();
  EXPECT_EQ(collector.collect(0), 0U);
  EXPECT_EQ(collector.collect(1), 0U);
  EXPECT_EQ(collector.collect(2), 1U);
}

TEST_F(CollectorTest, PromotesSurvivorsAGenerationATime) {
  const auto a = thing("a");
  const auto is_in = [&](unsigned generation) {
    return collector.get_objects(generation) == std::vector<Ref<void>>{a};
  };
  EXPECT_TRUE(is_in(0));
  collector.collect(0);
  EXPECT_TRUE(is_in(1));
  collector.collect(1);
  EXPECT_TRUE(is_in(2));
  collector.collect(2);
  EXPECT_TRUE(is_in(2));
}

TEST_F(CollectorTest, DropsAnObjectOfAnyGenerationAtCountZero) {
  for (unsigned generation = 0; generation <= 3; ++generation) {
    auto a = thing("a");
    if (generation > 0) collector.collect(generation - 1);
    a.reset();
    EXPECT_EQ(heap.object_count(), 0U);
    EXPECT_TRUE(collector.get_objects().empty());
  }
}

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

TEST_F(CollectorTest, StartsByItselfAboveTheThreshold) {
  collector.set_thresholds({10, 10, 10});
  std::vector<Ref<Thing>> kept;
  for (int i = 0; i < 10; ++i) kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[0].collections, 0U);
  kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[0].collections, 1U);
  EXPECT_EQ(collector.get_objects(1).size(), 10U);
}

TEST_F(CollectorTest, NeverStartsByItselfWhileDisabled) {
  collector.set_thresholds({10, 10, 10});
  collector.disable();
  EXPECT_FALSE(collector.is_enabled());
  std::vector<Ref<Thing>> kept;
  for (int i = 0; i < 100; ++i) kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[0].collections, 0U);
  EXPECT_EQ(collector.get_counts()[0], 100U);
  collector.enable();
  kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[0].collections, 1U);
}

TEST_F(CollectorTest, CountsDeathsAgainstBirths) {
  collector.set_thresholds({10, 10, 10});
  for (int i = 0; i < 1000; ++i) (void)thing("short-lived");
  EXPECT_EQ(collector.get_statistics()[0].collections, 0U);
}

TEST_F(CollectorTest, LeavesOutSearchesWhereNoReferenceWentButNotForEver) {
  struct Ring {
    Ref<Ring> next;
  };
  collector.set_thresholds({10, 10, 10});
  // Cycles that are closed by moves only leave no trace in any count.
  for (int i = 0; i < 1000; ++i) {
    Ref<Ring> a = make<Ring>();
    a->next = make<Ring>();
    Ring& second = *a->next;
    second.next = std::move(a);
  }
  EXPECT_GT(heap.object_count(), 1000U);
  EXPECT_LT(heap.object_count(), 1950U);
  EXPECT_GT(collector.get_statistics()[0].collected, 0U);
  collector.collect();
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, CollectsEachOlderGenerationMoreRarely) {
  collector.set_thresholds({10, 2, 2});
  for (int i = 0; i < 10 * 40; ++i) {
    const auto a = thing("garbage");
    link(a, a);
  }
  const auto& statistics = collector.get_statistics();
  EXPECT_GT(statistics[0].collections, statistics[1].collections);
  EXPECT_GT(statistics[1].collections, 5U);
  EXPECT_GT(statistics[0].collected, 100U);
}

TEST_F(CollectorTest, PutsOffAFullCollectionUntilAQuarterWaits) {
  collector.set_thresholds({0, 0, 0});
  std::vector<Ref<Thing>> kept;
  for (int i = 0; i < 1000; ++i) kept.push_back(thing("x"));
  collector.collect(2);
  collector.set_thresholds({5, 1, 1});
  for (int i = 0; i < 150; ++i) kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[2].collections, 1U);
  for (int i = 0; i < 200; ++i) kept.push_back(thing("x"));
  EXPECT_EQ(collector.get_statistics()[2].collections, 2U);
}

TEST_F(CollectorTest, CountsCollectionsAsCPythonDoes) {
  const auto a = thing("a");
  EXPECT_THAT(collector.get_counts(), ElementsAre(1U, 0U, 0U));
  collector.collect(0);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 1U, 0U));
  collector.collect(0);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 2U, 0U));
  collector.collect(1);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 1U));
  collector.collect(2);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 0U));
}

TEST_F(CollectorTest, TellsCallbacksOfStartAndStop) {
  std::vector<std::string> calls;
  const std::size_t number =
      collector.add_callback([&](CollectionPhase phase, const CollectionInfo& info) {
        calls.push_back((phase == CollectionPhase::kStart ? "start " : "stop ") +
                        std::to_string(info.generation) + " " + std::to_string(info.collected));
      });
  {
    const auto a = thing("a");
    link(a, a);
  }
  collector.collect(1);
  EXPECT_THAT(calls, ElementsAre("start 1 0", "stop 1 1"));
  collector.remove_callback(number);
  collector.collect();
  EXPECT_EQ(calls.size(), 2U);
}

TEST_F(CollectorTest, LetsACallbackRemoveItself) {
  int calls = 0;
  std::size_t number = 0;
  number = collector.add_callback([&](CollectionPhase, const CollectionInfo&) {
    collector.remove_callback(number);
    ++calls;
  });
  collector.collect();
  collector.collect();
  EXPECT_EQ(calls, 1);
}

TEST_F(CollectorTest, ExaminesNoFrozenObject) {
  auto a = thing("a");
  link(a, a);
  EXPECT_TRUE(collector.freeze());
  EXPECT_EQ(collector.get_freeze_count(), 1U);
  EXPECT_TRUE(collector.get_objects().empty());
  EXPECT_TRUE(Collector::is_tracked(a));
  a.reset();
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_TRUE(collector.unfreeze());
  EXPECT_EQ(collector.get_freeze_count(), 0U);
  EXPECT_EQ(collector.collect(), 1U);
}

TEST_F(CollectorTest, LetsAFrozenObjectDieAtCountZero) {
  auto a = thing("a");
  EXPECT_TRUE(collector.freeze());
  a.reset();
  EXPECT_EQ(collector.get_freeze_count(), 0U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
}

TEST_F(CollectorTest, SavesAllGarbageWhenAsked) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  collector.set_debug(Debug::kSaveAll);
  EXPECT_EQ(collector.collect(), 1U);
  ASSERT_EQ(collector.garbage().size(), 1U);
  EXPECT_EQ(exact_cast<Thing>(collector.garbage()[0])->name, "a");
  EXPECT_EQ(collector.get_statistics()[2].uncollectable, 1U);
  collector.set_debug(Debug::kNone);
  collector.garbage().clear();
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
}

TEST_F(CollectorTest, NamesReferrersAndReferents) {
  const auto a = thing("a");
  const auto b = thing("b");
  const auto c = thing("c");
  link(a, c);
  link(b, c);
  link(b, a);
  EXPECT_THAT(collector.get_referrers({c}), ElementsAre(Ref<void>(a), Ref<void>(b)));
  EXPECT_THAT(Collector::get_referents(b), ElementsAre(Ref<void>(c), Ref<void>(a)));
  EXPECT_TRUE(collector.get_referrers({b}).empty());
}

TEST_F(CollectorTest, KeepsStatisticsOfEachGeneration) {
  const auto live = thing("live");
  {
    const auto a = thing("a");
    link(a, a);
  }
  collector.collect(1);
  const GenerationStatistics& statistics = collector.get_statistics()[1];
  EXPECT_EQ(statistics.collections, 1U);
  EXPECT_EQ(statistics.candidates, 2U);
  EXPECT_EQ(statistics.collected, 1U);
  EXPECT_GE(statistics.duration_ns, statistics.longest_ns);
}

TEST_F(CollectorTest, CollectsManyRingsAtOnce) {
  struct Ring {
    Ref<Ring> next;
  };
  const int rings = 1000;
  for (int i = 0; i < rings; ++i) {
    const auto first = make<Ring>();
    auto last = first;
    for (int j = 0; j < 20; ++j) last = last->next = make<Ring>();
    last->next = first;
  }
  EXPECT_EQ(collector.collect(), 21U * rings);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, NeedsNoDeepStackForALongRing) {
  struct Ring {
    Ref<Ring> next;
  };
  const int length = runtime::kChecks ? 200'000 : 2'000'000;
  {
    const auto first = make<Ring>();
    auto last = first;
    for (int i = 1; i < length; ++i) last = last->next = make<Ring>();
    last->next = first;
  }
  EXPECT_EQ(collector.collect(), static_cast<std::size_t>(length));
}

TEST(NoCollectionScope, HoldsOffEveryCollection) {
  struct Ring {
    Ref<Ring> next;
  };
  Heap heap;
  const HeapScope scope(heap);
  {
    const NoCollectionScope quiet;
    const auto a = make<Ring>();
    a->next = a;
    EXPECT_EQ(collect(), 0U);
  }
  EXPECT_EQ(collect(), 1U);
}

TEST(ImmortalScope, MakesObjectsThatAreNeitherCountedNorCollected) {
  struct Ring {
    Ref<Ring> next;
  };
  Heap heap;
  const HeapScope scope(heap);
  Ref<Ring> immortal;
  {
    const ImmortalScope forever;
    immortal = make<Ring>();
  }
  const std::size_t count = immortal.use_count();
  const auto copy = immortal;
  EXPECT_EQ(copy.use_count(), count);
  EXPECT_FALSE(Collector::is_tracked(immortal));
  auto mortal = make<Ring>();
  immortal->next = mortal;
  mortal.reset();
  EXPECT_EQ(collect(), 0U);
  EXPECT_EQ(immortal->next.use_count(), 1U);
  immortal->next.reset();
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST(Heap, LivesUntilItsLastObjectDoes) {
  int value = 0;
  struct Sets {
    int* target;
    ~Sets() { *target = 1; }
  };
  Ref<Sets> survivor;
  Weak<Sets> weak;
  {
    Heap heap;
    const HeapScope scope(heap);
    survivor = make<Sets>(&value);
    weak = survivor;
  }
  EXPECT_EQ(weak.lock(), survivor);
  survivor.reset();
  EXPECT_EQ(value, 1);
  EXPECT_TRUE(weak.expired());
}

TEST(Heap, CollectsItsGarbageWhenItGoes) {
  struct Sets {
    Ref<Sets> self;
    int* target;
    explicit Sets(int* t) : target(t) {}
    Sets(const Sets&) = delete;
    Sets& operator=(const Sets&) = delete;
    ~Sets() { *target = 1; }
    void trace(Visitor& v) const { v(self); }
  };
  int value = 0;
  {
    Heap heap;
    const HeapScope scope(heap);
    const auto a = make<Sets>(&value);
    a->self = a;
  }
  EXPECT_EQ(value, 1);
}

TEST(Heap, GoesThoughFinalizersLeaveGarbageForEver) {
  struct Endless {
    Ref<Endless> self;
    int* made;
    explicit Endless(int* m) : made(m) {}
    Endless(const Endless&) = delete;
    Endless& operator=(const Endless&) = delete;
    ~Endless() = default;
    void finalize() {
      if (++*made > 10) return;
      const auto another = make<Endless>(made);
      another->self = another;
    }
    void trace(Visitor& v) const { v(self); }
  };
  int made = 0;
  Heap heap;
  {
    const HeapScope scope(heap);
    {
      const auto first = make<Endless>(&made);
      first->self = first;
    }
    heap.collector().collect_for_the_last_time();
  }
  EXPECT_EQ(made, 10);
}

TEST(Heap, DestroysSavedGarbageWhenItGoes) {
  int dead = 0;
  struct Dies {
    Ref<Dies> self;
    int* count;
    explicit Dies(int* c) : count(c) {}
    Dies(const Dies&) = delete;
    Dies& operator=(const Dies&) = delete;
    ~Dies() { ++*count; }
    void trace(Visitor& v) const { v(self); }
  };
  {
    Heap heap;
    const HeapScope scope(heap);
    heap.collector().set_debug(Debug::kSaveAll);
    {
      const auto a = make<Dies>(&dead);
      a->self = a;
    }
    collect();
    EXPECT_EQ(dead, 0);
  }
  EXPECT_EQ(dead, 1);
}

TEST(Heap, IsIndependentOfTheOthers) {
  struct Ring {
    Ref<Ring> next;
  };
  Heap one;
  Heap two;
  Ref<Ring> in_one;
  {
    const HeapScope scope(one);
    in_one = make<Ring>();
    in_one->next = in_one;
    const HeapScope inner(two);
    const auto in_two = make<Ring>();
    in_two->next = in_two;
  }
  in_one.reset();
  EXPECT_EQ(two.collector().collect(), 1U);
  EXPECT_EQ(one.object_count(), 1U);
  EXPECT_EQ(one.collector().collect(), 1U);
}

}  // namespace
}  // namespace exuvia
