#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia {
namespace {

using testing::ElementsAre;

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

std::vector<Ref<Link>> kept_links(std::size_t count) {
  std::vector<Ref<Link>> links(count);
  for (Ref<Link>& link : links) link = make<Link>();
  return links;
}

TEST_F(CollectorTest, LeavesOutSearchesWhereNoReferenceWentButNotForEver) {
  collector.set_thresholds({10, 10, 10});
  // Cycles that are closed by moves only leave no trace in any count.
  for (int i = 0; i < 1000; ++i) {
    Ref<Link> a = make<Link>();
    a->next = make<Link>();
    Link& second = *a->next;
    second.next = std::move(a);
  }
  EXPECT_LT(collector.get_statistics()[0].candidates, 2000U - 15 * 10);
  EXPECT_LT(heap.object_count(), 300U);
  collector.collect();
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_F(CollectorTest, LeavesOutSearchesAgainWhenManyHaveFoundNothing) {
  collector.set_thresholds({10, 10, 10});
  for (int i = 0; i < 200; ++i) {
    Ref<Link> self = make<Link>();
    Link& link = *self;
    link.next = std::move(self);
  }
  const auto examined_among = [this](std::size_t count) {
    const std::size_t before = collector.get_statistics()[0].candidates;
    const std::vector<Ref<Link>> kept = kept_links(count);
    return collector.get_statistics()[0].candidates - before;
  };
  EXPECT_GT(examined_among(150), 100U);
  (void)examined_among(1'000);
  EXPECT_LT(examined_among(1'000), 150U);
}

struct HoldsItselfAtTheEnd {
  Ref<HoldsItselfAtTheEnd> self;
  void trace(Visitor& v) const { v(self); }
  void finalize() { self = ref_to(*this); }
};

TEST_F(CollectorTest, LeavesOutNoSearchWhereAFinalizerHasKeptItsObject) {
  collector.set_thresholds({10, 10, 10});
  (void)make<HoldsItselfAtTheEnd>();
  std::vector<Ref<Link>> kept(20);
  for (Ref<Link>& link : kept) link = make<Link>();
  EXPECT_EQ(collector.get_statistics()[0].collected, 1U);
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

TEST_F(CollectorTest, LetsWhatACallbackHeldAddAndRemoveOthersWhenItGoes) {
  struct AtItsEnd {
    std::function<void()> act;
    ~AtItsEnd() { act(); }
  };
  int calls = 0;
  const auto count = [&calls](CollectionPhase, const CollectionInfo&) { ++calls; };
  const auto changes = std::make_shared<AtItsEnd>();
  const auto add_changing = [&] {
    return collector.add_callback([changes](CollectionPhase, const CollectionInfo&) {});
  };
  const std::size_t changing = add_changing();
  const std::size_t other = collector.add_callback(count);
  collector.add_callback(count);
  changes->act = [&] {
    collector.remove_callback(other);
    for (int i = 0; i < 100; ++i) collector.add_callback(count);
  };
  const_cast<std::shared_ptr<AtItsEnd>&>(changes).reset();
  collector.remove_callback(changing);
  collector.collect();
  EXPECT_EQ(calls, 2 * 101);
}

// CPython's free lists are emptied then.
TEST_F(CollectorTest, EmptiesTheMagazinesInAFullCollection) {
  const auto cached = [this] { return heap.storage().blocks().statistics().cached; };
  kept_links(1'000).clear();
  collector.collect(1);
  EXPECT_EQ(cached() == 0, runtime::kChecks);  // which keep no block back
  collector.collect();
  EXPECT_EQ(cached(), 0U);
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
  EXPECT_EQ(collector.get_statistics()[2].collected, 1U);
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

}  // namespace
}  // namespace exuvia
