// The incremental policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <random>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Cell {
  Ref<Cell> next;
  Ref<Cell> other;
};

class IncrementalTest : public CollectorTest {
 protected:
  IncrementalTest() {
    collector.set_policy(Policy::kIncremental);
    collector.set_thresholds(kSmallSteps);
  }

  // Steps that look at 50 old objects at least.
  static constexpr Thresholds kSmallSteps{0, 100, 0};

  // For a search of `objects` old ones that begins and ends.
  void step_over(std::size_t objects) {
    for (std::size_t i = 0; i < objects / 10 + 20; ++i) collector.collect(1);
  }

  // So many live objects, old ones, and one that has lost a reference: a search is due.
  std::vector<Ref<Cell>> old_cells(std::size_t count) {
    std::vector<Ref<Cell>> cells(count);
    for (Ref<Cell>& cell : cells) cell = make<Cell>();
    if (count != 0) (void)Ref<Cell>(cells[0]);
    collector.collect(0);
    return cells;
  }

  // A cycle that is old, and garbage.
  void drop_old_cycle() {
    const Ref<Thing> a = thing("a");
    link(a, a);
    collector.collect(0);
    diary.clear();
  }
};

TEST_F(IncrementalTest, HasThresholdsOfItsOwn) {
  collector.set_policy(Policy::kIncremental);
  EXPECT_THAT(collector.get_thresholds(), ElementsAre(2000U, 10U, 0U));
  collector.set_thresholds({700, 5, 7});
  EXPECT_THAT(collector.get_thresholds(), ElementsAre(700U, 5U, 0U));
  collector.set_policy(Policy::kGenerational);
  EXPECT_THAT(collector.get_thresholds(), ElementsAre(2000U, 10U, 10U));
  EXPECT_EQ(collector.get_policy(), Policy::kGenerational);
}

TEST_F(IncrementalTest, MakesOldWhatSurvivesOneYoungCollection) {
  const auto a = thing("a");
  EXPECT_THAT(collector.get_objects(0), ElementsAre(Ref<void>(a)));
  collector.collect(0);
  EXPECT_THAT(collector.get_objects(0), IsEmpty());
  EXPECT_THAT(collector.get_objects(2), ElementsAre(Ref<void>(a)));
}

TEST_F(IncrementalTest, FindsYoungGarbageAtOnceAndOldGarbageInSteps) {
  {
    const auto a = thing("a");
    link(a, a);
  }
  EXPECT_EQ(collector.collect(0), 1U);
  const auto cells = old_cells(5000);
  drop_old_cycle();
  EXPECT_EQ(collector.collect(0), 0U);
  collector.collect(1);
  EXPECT_THAT(diary, IsEmpty());
  step_over(5000);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
  EXPECT_EQ(heap.object_count(), 5000U);
}

TEST_F(IncrementalTest, FindsOldGarbageOfWhichNoReferenceWent) {
  for (const char* const name : {"a", "b"}) {
    Ref<Thing> last = thing(name);
    collector.collect(0);
    Thing& object = *last;
    object.holds.push_back(std::move(last));
    step_over(100);
  }
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a", "finalize b", "~b"));
}

struct Large {
  Ref<Large> self;
  std::byte rest[600];  // too large for the pools, which lie far away
};

TEST_F(IncrementalTest, FindsOldGarbageWhereverItLies) {
  const auto far = make<Large>();
  auto garbage = make<Large>();
  garbage->self = garbage;
  const auto live = old_cells(100);
  garbage.reset();
  drop_old_cycle();
  EXPECT_EQ(heap.object_count(), 103U);
  step_over(1000);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
  EXPECT_EQ(heap.object_count(), 101U);
  EXPECT_EQ(far.use_count(), 1U);
}

TEST_F(IncrementalTest, CountsYoungCollectionsSinceTheSearchBegan) {
  const auto a = thing("a");
  EXPECT_THAT(collector.get_counts(), ElementsAre(1U, 0U, 0U));
  collector.collect(0);
  collector.collect(0);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 2U, 0U));
  (void)Ref<Thing>(a);
  collector.collect(1);
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 2U));
  collector.collect();
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 0U));
}

TEST_F(IncrementalTest, TellsCallbacksOfYoungAndOldApart) {
  collector.set_thresholds({10, 10, 0});
  std::vector<unsigned> generations;
  collector.add_callback([&](CollectionPhase phase, const CollectionInfo& info) {
    if (phase == CollectionPhase::kStart) generations.push_back(info.generation);
  });
  std::vector<Ref<Cell>> kept;
  for (int i = 0; i < 24; ++i) kept.push_back(make<Cell>());
  EXPECT_THAT(generations, ElementsAre(1U, 0U, 1U, 0U));
  EXPECT_EQ(collector.get_statistics()[0].collections, 2U);
  EXPECT_EQ(collector.get_statistics()[1].collections, 2U);
}

TEST_F(IncrementalTest, LooksAtNoMoreNewObjectsAtOnceWhereAsManyOldOnesDie) {
  auto cells = old_cells(1001);
  collector.set_thresholds({10, 10, 0});
  std::size_t most = 0;
  collector.add_callback([&](CollectionPhase phase, const CollectionInfo& info) {
    if (phase == CollectionPhase::kStop) most = std::max(most, info.candidates);
  });
  for (Ref<Cell>& cell : cells) cell = make<Cell>();
  EXPECT_EQ(most, 20U);
  EXPECT_EQ(collector.get_statistics()[0].collections, 1 + 1000U / 20);
}

TEST_F(IncrementalTest, KeepsTheOrderOfEndsWithinWhatItFindsTogether) {
  Ref<Thing> a = thing("a");
  const Ref<Thing> b = thing("b");
  link(a, b);
  link(b, a);
  const Weak<Thing> watch(a, [&] { diary.emplace_back("callback"); });
  collector.collect(0);
  a.reset();
  const_cast<Ref<Thing>&>(b).reset();
  step_over(2);
  EXPECT_THAT(diary, ElementsAre("callback", "finalize a", "finalize b", "~a", "~b"));
}

TEST_F(IncrementalTest, LetsAFinalizerResurrect) {
  Ref<Thing> saved;
  {
    const auto a = thing("a");
    link(a, a);
    a->on_finalize = [&saved](Thing& self) { saved = ref_to(self); };
  }
  collector.collect(0);
  ASSERT_TRUE(saved);
  EXPECT_THAT(diary, ElementsAre("finalize a"));
  saved.reset();
  step_over(2);
  EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
}

TEST_F(IncrementalTest, EndsItsSearchWhenAllIsCollectedOrFrozenOrThePolicyChanges) {
  for (int way = 0; way < 3; ++way) {
    SCOPED_TRACE(way);
    collector.collect();  // the search of the way before
    const auto cells = old_cells(5000);
    drop_old_cycle();
    collector.collect(1);
    if (way == 0) {
      EXPECT_EQ(collector.collect(), 1U);
    } else if (way == 1) {
      EXPECT_TRUE(collector.freeze());
      EXPECT_EQ(collector.get_freeze_count(), 5001U);
      EXPECT_TRUE(collector.unfreeze());
      step_over(5001);
    } else {
      collector.set_policy(Policy::kGenerational);
      EXPECT_EQ(collector.collect(), 1U);
      collector.set_policy(Policy::kIncremental);
      collector.set_thresholds(kSmallSteps);
    }
    EXPECT_THAT(diary, ElementsAre("finalize a", "~a"));
    EXPECT_TRUE(heap.is_consistent());
  }
}

// The mutator moves the only reference to a large structure to where the search has been, and back.
TEST_F(IncrementalTest, EndsNoLifeBehindAReferenceThatMoves) {
  constexpr std::size_t kCells = 6000;
  std::vector<Ref<Cell>> holders = old_cells(4000);
  Ref<Cell> root = make<Cell>();
  for (std::size_t i = 0; i < kCells; ++i) {
    Ref<Cell> cell = make<Cell>(std::move(root->next), nullptr);
    root->next = std::move(cell);
  }
  collector.collect(0);
  for (std::size_t i = 0; i < 400; ++i) {
    holders[i * 7 % holders.size()]->other = std::move(root);
    collector.collect(1);
    root = std::move(holders[i * 7 % holders.size()]->other);
    if (i % 3 == 0) collector.collect(1);
  }
  std::size_t length = 0;
  for (const Cell* cell = root.get(); cell != nullptr; cell = cell->next.get()) ++length;
  EXPECT_EQ(length, kCells + 1);
}

// Each of the chain's cycles is held by the next one, which lies at a higher address.
TEST_F(IncrementalTest, FindsAChainOfCyclesWhoseBatchesComeInTheWrongOrder) {
  constexpr std::size_t kCells = 5000;
  const auto cells = old_cells(1000);
  Ref<Cell> last;
  for (std::size_t i = 0; i < kCells; ++i) {
    Ref<Cell> cell = make<Cell>(last);
    cell->other = cell;
    last = std::move(cell);
  }
  collector.collect(0);
  last.reset();
  step_over(2 * kCells);
  EXPECT_EQ(heap.object_count(), 1000U);
}

TEST_F(IncrementalTest, FindsAGarbageObjectWithMoreReferencesThanAByteCounts) {
  const auto cells = old_cells(2000);
  {
    const auto hub = thing("hub");
    for (int i = 0; i < 256; ++i) link(hub, hub);
  }
  const auto wide = thing("live");
  const std::vector<Ref<Thing>> many(256, wide);
  collector.collect(0);
  EXPECT_THAT(diary, ElementsAre("finalize hub", "~hub"));
  step_over(2000);
  EXPECT_EQ(wide->name, "live");
}

// A search that runs has to trace what becomes old meanwhile.
TEST_F(IncrementalTest, ComesRoundWhereManyObjectsBecomeOldAndDieByTheirCounts) {
  constexpr std::size_t kSlots = 1000;
  collector.set_policy(Policy::kIncremental);
  std::mt19937 random(1);
  std::vector<Ref<Cell>> slots(kSlots);
  std::size_t most = 0;
  for (int i = 0; i < 300'000; ++i) {
    Ref<Cell>& slot = slots[random() % kSlots];
    const auto fresh = make<Cell>(slot);
    if (slot) slot->next = fresh;
    slot = random() % 50 == 0 ? nullptr : fresh;
    most = std::max(most, heap.object_count());
  }
  EXPECT_LE(most, 3 * kSlots);  // two for each slot, and garbage
}

// Programs that make cycles steadily, on both policies.
class SteadyCycles : public testing::TestWithParam<std::size_t> {
 protected:
  // How the cycles lose their last reference from outside. What moves into its own cycle leaves no
  // trace in any count.
  enum class Loss { kDrop, kMove };

  // The most objects there were at a time, beside `GetParam()` that stay, of a program that lets go
  // of a cycle once it has made `lifetime` more.
  static std::size_t peak(Policy policy, Loss loss, std::size_t lifetime) {
    Heap heap;
    const HeapScope scope(heap);
    heap.collector().set_policy(policy);
    std::vector<Ref<Cell>> staying(GetParam());
    for (Ref<Cell>& cell : staying) cell = make<Cell>();
    std::deque<Ref<Cell>> alive;
    std::size_t most = 0;
    for (int i = 0; i < kTurns; ++i) {
      alive.push_back(make<Cell>());
      alive.back()->next = make<Cell>(loss == Loss::kDrop ? alive.back() : nullptr);
      if (alive.size() > lifetime) {
        Ref<Cell> oldest = std::move(alive.front());
        alive.pop_front();
        Cell& last = *oldest->next;
        if (loss == Loss::kMove) last.next = std::move(oldest);
      }
      most = std::max(most, heap.object_count());
    }
    return most;
  }

  // Checking builds know every Ref by its address.
  static constexpr int kTurns = runtime::kChecks ? 12'000 : 60'000;
};

INSTANTIATE_TEST_SUITE_P(LiveObjects, SteadyCycles, testing::Values(0U, 20'000U, 100'000U));

TEST_P(SteadyCycles, NeverPeakAboveTwiceTheGenerationalPolicy) {
  for (const Loss loss : {Loss::kDrop, Loss::kMove}) {
    for (const std::size_t lifetime : {0U, 900U, 10'000U}) {
      EXPECT_LE(peak(Policy::kIncremental, loss, lifetime),
                2 * peak(Policy::kGenerational, loss, lifetime))
          << lifetime << (loss == Loss::kMove ? ", moved" : ", dropped");
    }
  }
}

}  // namespace
}  // namespace exuvia
