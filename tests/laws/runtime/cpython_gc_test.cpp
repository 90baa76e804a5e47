// The cases of CPython's test_gc, asked of the runtime.
//
// | cases there | here |
// |---|---|
// | list, dict, tuple, instance, newinstance | ACycleThroughEachKindOfMemberIsFound |
// | class, newstyleclass, method, function, frame | no classes, functions and frames as objects; a
//   std::function hides what it captures (docs/runtime.md) |
// | legacy_finalizer, legacy_finalizer_newclass, boom and its kin, refcount_errors | no legacy
//   finalizers, no code runs in search of a finalizer; wrong counts are in checks_test.cpp |
// | garbage_at_shutdown, gc_main_module_at_shutdown, gc_ordinary_module_at_shutdown,
//   global_del_SystemExit | the end of a Heap, of a thread |
// | ast_fini | types never die |
// | trash_weakref_clear | the callback may run here, and must find nothing destroyed |
// | all others | a test of like name |
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "exuvia/runtime.hpp"
#include "unit/runtime/collector_fixture.hpp"

namespace exuvia::laws {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

class GcCases : public CollectorTest, public testing::WithParamInterface<Policy> {
 protected:
  GcCases() {
    collector.set_policy(GetParam());
    collector.set_thresholds({0, 0, 0});
  }

  Ref<Thing> looped(const std::string& name) {
    Ref<Thing> one = thing(name);
    link(one, one);
    return one;
  }
};

INSTANTIATE_TEST_SUITE_P(Policies, GcCases,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

// The kinds of cycles.

struct Everything {
  Ref<Everything> plain;
  std::vector<Ref<Everything>> list;
  std::map<std::string, Ref<Everything>> map;
  std::tuple<int, Ref<Everything>> tuple;
  std::optional<Ref<Everything>> optional;
  std::variant<int, Ref<Everything>> variant;
  std::unique_ptr<Ref<Everything>> owned;
  std::array<Ref<Everything>, 2> array;
};

TEST_P(GcCases, ACycleThroughEachKindOfMemberIsFound) {
  using Closer = std::function<void(Everything&, const Ref<Everything>&)>;
  const std::vector<Closer> closers{
      [](auto& a, const auto& b) { a.plain = b; },
      [](auto& a, const auto& b) { a.list.push_back(b); },
      [](auto& a, const auto& b) { a.map["b"] = b; },
      [](auto& a, const auto& b) { std::get<1>(a.tuple) = b; },
      [](auto& a, const auto& b) { a.optional = b; },
      [](auto& a, const auto& b) { a.variant = b; },
      [](auto& a, const auto& b) { a.owned = std::make_unique<Ref<Everything>>(b); },
      [](auto& a, const auto& b) { a.array[1] = b; },
  };
  for (const Closer& close : closers) {
    {
      const auto alone = make<Everything>();
      close(*alone, alone);
      const auto one = make<Everything>();
      const auto other = make<Everything>();
      close(*one, other);
      close(*other, one);
    }
    EXPECT_EQ(collector.collect(), 3U);
    EXPECT_EQ(collector.collect(), 0U);
  }
}

// Finalizers.

TEST_P(GcCases, AWeakMadeInAFinalizerShowsNothingOnceTheGarbageIsTakenApart) {
  struct Late {
    Weak<Thing>* weak;
    bool* saw;
    void finalize() const { *saw = weak->lock() != nullptr; }
  };
  struct Cyclic {
    Ref<Cyclic> self;
    Ref<Thing> thing;
    Ref<Late> late;
    Weak<Thing>* weak;
    Ref<Late>* global;
    void finalize() const {
      *weak = thing;
      global->reset();
    }
    void trace(Visitor& v) const { v(self, thing, late); }
  };
  Weak<Thing> weak;
  bool saw = true;
  Ref<Late> global = make<Late>(&weak, &saw);
  {
    const auto a = make<Cyclic>(nullptr, looped("function"), global, &weak, &global);
    a->self = a;
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_FALSE(saw);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_P(GcCases, AFinalizerMayTriggerCollections) {
  collector.set_thresholds({1, 1, 1});
  {
    const auto a = looped("a");
    a->on_finalize = [this](Thing&) {
      for (int i = 0; i < 5; ++i) (void)looped("inner");
    };
  }
  auto b = thing("b");
  b->on_finalize = [this](Thing&) {
    for (int i = 0; i < 5; ++i) (void)looped("inner");
    collector.collect();
  };
  b.reset();
  collector.collect();
  collector.collect();
  EXPECT_EQ(heap.object_count(), 0U);
}

// As test_trashcan: deep structures whose parts collect while they are destroyed.
void destroy_deep_structures_that_collect(int& ends) {
  struct Ouch {
    int* ends;
    std::vector<Ref<Ouch>> holds;
    Ref<Ouch> self;
    void finalize() const {
      if (++*ends % 170 == 0) collect();
    }
    void trace(Visitor& v) const { v(holds, self); }
  };
  for (int round = 0; round < 3; ++round) {
    Ref<Ouch> deep;
    for (int i = 0; i < 1000; ++i) {
      std::vector<Ref<Ouch>> holds{std::move(deep), make<Ouch>(&ends)};
      deep = make<Ouch>(&ends, std::move(holds));
    }
    if (round == 2) deep->self = deep;
  }
  collect();
}

TEST_P(GcCases, DeepStructuresMayCollectWhileTheyAreDestroyed) {
  int ends = 0;
  destroy_deep_structures_that_collect(ends);
  EXPECT_EQ(ends, 6000);
  EXPECT_EQ(heap.object_count(), 0U);
}

TEST_P(GcCases, DeepStructuresMayBeDestroyedOnManyThreads) {
  std::vector<std::thread> threads;
  std::array<int, 4> ends{};
  for (int& mine : ends) {
    threads.emplace_back([&mine] { destroy_deep_structures_that_collect(mine); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(ends, ElementsAre(6000, 6000, 6000, 6000));
}

TEST_P(GcCases, AFinalizerMayChangeWhatItsGarbageHolds) {
  {
    const auto a = thing("a");
    const auto b = thing("b");
    link(a, b);
    link(b, a);
    link(b, thing("c"));
    b->on_finalize = [](Thing& self) { self.holds.resize(1); };
  }
  EXPECT_EQ(collector.collect(), 3U);
  EXPECT_EQ(heap.object_count(), 0U);
}

// Resurrection.

TEST_P(GcCases, ResurrectionHappensOnceAnObject) {
  std::vector<Ref<Thing>> saved;
  std::vector<Ref<Thing>> cargo;
  for (int i = 0; i < 20; ++i) {
    const auto lazarus = looped("lazarus");
    lazarus->on_finalize = [&saved](Thing& self) { saved.push_back(ref_to(self)); };
    link(lazarus, looped("cargo"));
  }
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_EQ(saved.size(), 20U);
  EXPECT_EQ(heap.object_count(), 40U);
  saved.clear();
  EXPECT_EQ(collector.collect(), 40U);
  EXPECT_THAT(saved, IsEmpty());
}

TEST_P(GcCases, ResurrectionIsTransitive) {
  Ref<Thing> saved;
  Weak<Thing> cargo;
  {
    const auto lazarus = looped("lazarus");
    const auto held = looped("cargo");
    held->holds.push_back(lazarus);
    lazarus->holds.push_back(held);
    lazarus->on_finalize = [&saved](Thing& self) { saved = ref_to(self); };
  }
  EXPECT_EQ(collector.collect(), 0U);
  EXPECT_EQ(saved->holds[1]->name, "cargo");
  EXPECT_EQ(saved->holds[1]->holds[0]->name, "cargo");
  EXPECT_EQ(saved->holds[1]->holds[1], saved);
  saved.reset();
  EXPECT_EQ(collector.collect(), 2U);
}

TEST_P(GcCases, ResurrectionDoesNotKeepOtherGarbage) {
  constexpr std::size_t kOthers = 50;
  const auto drop_others = [this] {
    for (std::size_t i = 0; i < kOthers; ++i) (void)looped("other");
  };
  std::vector<Ref<Thing>> saved;
  const auto drop_lazarus = [&] {
    looped("lazarus")->on_finalize = [&saved](Thing& self) { saved.push_back(ref_to(self)); };
  };
  drop_others();
  EXPECT_EQ(collector.collect(), kOthers);
  drop_others();
  drop_lazarus();
  EXPECT_EQ(collector.collect(), kOthers);
  EXPECT_EQ(saved.size(), 1U);
  saved.clear();
  drop_others();
  EXPECT_EQ(collector.collect(), kOthers + 1);
  EXPECT_EQ(heap.object_count(), 0U);
}

// Weak references and garbage.

TEST_P(GcCases, NoCallbackResurrectsWhatItIsToldOf) {
  std::vector<Weak<Thing>> weaks;
  std::vector<Ref<Thing>> ouch;
  for (int i = 0; i < 2; ++i) {
    weaks.emplace_back(looped("c"), [&] {
      for (const Weak<Thing>& weak : weaks) ouch.push_back(weak.lock());
    });
  }
  collector.collect();
  EXPECT_THAT(ouch, ElementsAre(nullptr, nullptr, nullptr, nullptr));
}

// Old and young garbage, of which one collection sees only the young: what the old one's end runs
// meets no object that is being taken apart.
TEST_P(GcCases, TheEndOfAnOlderObjectMeetsNoYoungGarbage) {
  for (const bool by_finalizer : {false, true}) {
    SCOPED_TRACE(by_finalizer);
    Weak<Thing> watch_c2;
    int looks = 0;
    Ref<Thing> seen;
    const auto look = [&] {
      ++looks;
      seen = watch_c2.lock();
    };
    Ref<Thing> c0 = looped("c0");
    collector.collect();
    Weak<Thing> watch_c0;
    if (by_finalizer) {
      c0->on_finalize = [&](Thing&) { look(); };
    } else {
      watch_c0 = Weak<Thing>(c0, look);
    }
    {
      const auto c1 = looped("c1");
      link(c1, c0);
      c0->holds.clear();
      c0.reset();
      watch_c2 = looped("c2");
    }
    EXPECT_EQ(looks, 0);
    collector.collect(0);
    EXPECT_EQ(looks, 1);
    EXPECT_EQ(seen, nullptr);
    EXPECT_EQ(heap.object_count(), 0U);
  }
}

// The collector does not see through a shared_ptr, so it does not know that `hidden` dies, too.
TEST_P(GcCases, ACallbackThatGarbageOwnsMeetsNothingDestroyed) {
  struct Hides {
    std::shared_ptr<Ref<Thing>> hidden;
    std::vector<Weak<Thing>> watches;
    Ref<Hides> self;
    std::string name = "a name too long for the string's own buffer";
    Hides() = default;
    Hides(const Hides&) = delete;
    Hides& operator=(const Hides&) = delete;
    ~Hides() { name.clear(); }
    void trace(Visitor& v) const { v(watches, self); }
  };
  {
    const auto a = make<Hides>();
    const auto b = make<Hides>();
    a->self = b;
    b->self = a;
    a->hidden = std::make_shared<Ref<Thing>>(thing("hidden"));
    Hides& owner = *b;
    b->watches.emplace_back(*a->hidden, [&owner] { EXPECT_EQ(owner.name.size(), 43U); });
  }
  EXPECT_EQ(collector.collect(), 2U);
  EXPECT_EQ(heap.object_count(), 0U);
}

// The module's functions.

TEST_P(GcCases, SaveAllKeepsWhatIsUnreachable) {
  Thing* const kept = [this] {
    collector.set_debug(Debug::kSaveAll);
    return looped("list").get();
  }();
  EXPECT_EQ(collector.collect(), 1U);
  collector.set_debug(Debug::kNone);
  ASSERT_EQ(collector.garbage().size(), 1U);
  EXPECT_EQ(collector.garbage()[0].get(), kept);
  EXPECT_EQ(collector.get_statistics()[2].uncollectable, 0U);
  collector.garbage().clear();
  EXPECT_EQ(collector.collect(), 1U);
}

TEST_P(GcCases, LeaksArePrintedAndKept) {
  collector.set_debug(Debug::kLeak);
  (void)looped("leak");
  testing::internal::CaptureStderr();
  collector.collect();
  const std::string printed = testing::internal::GetCapturedStderr();
  EXPECT_THAT(printed, testing::MatchesRegex("gc: collectable <exuvia::Thing 0x[0-9a-f]+>\n"));
  EXPECT_EQ(collector.garbage().size(), 1U);
  collector.set_debug(Debug::kNone);
}

TEST_P(GcCases, StatisticsArePrintedAfterEachCollection) {
  collector.set_debug(Debug::kStats);
  (void)looped("garbage");
  testing::internal::CaptureStderr();
  collector.collect();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::StartsWith("gc: generation 2: 1 examined, 1 unreachable, 0 uncollectable,"));
}

TEST_P(GcCases, GarbageIsPrintedWhenTheHeapGoes) {
  testing::internal::CaptureStderr();
  for (const Debug flags : {Debug::kNone, Debug::kUncollectable, Debug::kLeak}) {
    Heap going;
    const HeapScope scope(going);
    going.collector().garbage().emplace_back(make<int>(1));
    going.collector().set_debug(flags);
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::MatchesRegex("gc: uncollectable <int 0x[0-9a-f]+>\n"));
}

TEST_P(GcCases, ReferentsAreWhatAnObjectHolds) {
  const auto number = make<int>(1);
  const auto a = thing("a");
  link(a, a);
  EXPECT_THAT(Collector::get_referents(a), ElementsAre(Ref<void>(a)));
  EXPECT_THAT(Collector::get_referents(number), IsEmpty());
}

TEST_P(GcCases, ObjectsThatHoldNoReferencesAreNotTracked) {
  struct Plain {
    int value = 0;
    std::string text;
  };
  EXPECT_FALSE(Collector::is_tracked(Ref<void>()));
  EXPECT_FALSE(Collector::is_tracked(make<int>(1)));
  EXPECT_FALSE(Collector::is_tracked(make<Plain>()));
  EXPECT_FALSE(Collector::is_tracked(make<std::vector<std::string>>()));
  EXPECT_TRUE(Collector::is_tracked(make<Ref<int>>()));
  EXPECT_TRUE(Collector::is_tracked(make<std::vector<Ref<Plain>>>()));
  EXPECT_TRUE(Collector::is_tracked(thing("a")));
}

TEST_P(GcCases, AnObjectIsFinalizedOnceItsFinalizerHasRun) {
  Ref<Thing> saved;
  {
    const auto lazarus = looped("lazarus");
    lazarus->on_finalize = [&saved](Thing& self) { saved = ref_to(self); };
    EXPECT_FALSE(Collector::is_finalized(lazarus));
  }
  collector.collect();
  EXPECT_TRUE(Collector::is_finalized(saved));
  EXPECT_FALSE(Collector::is_finalized(make<int>(1)));
}

TEST_P(GcCases, StatisticsCountEachGenerationsCollections) {
  const auto collections = [this](unsigned generation) {
    return collector.get_statistics()[generation].collections;
  };
  collector.collect(0);
  EXPECT_THAT((std::array{collections(0), collections(1), collections(2)}), ElementsAre(1, 0, 0));
  collector.collect(2);
  EXPECT_THAT((std::array{collections(0), collections(1), collections(2)}), ElementsAre(1, 0, 1));
}

TEST_P(GcCases, FreezingMovesAllThatIsTracked) {
  const auto a = thing("a");
  EXPECT_TRUE(collector.freeze());
  EXPECT_EQ(collector.get_freeze_count(), 1U);
  EXPECT_TRUE(collector.unfreeze());
  EXPECT_EQ(collector.get_freeze_count(), 0U);
}

TEST_P(GcCases, FrozenGarbageGoesWithItsHeap) {
  {
    Heap going;
    const HeapScope scope(going);
    (void)looped("frozen");
    EXPECT_TRUE(going.collector().freeze());
  }
  EXPECT_THAT(diary, ElementsAre("finalize frozen", "~frozen"));
}

TEST_P(GcCases, ObjectsOfAllGenerationsTogetherAreAllObjects) {
  std::vector<Ref<Thing>> kept;
  for (unsigned generation = 0; generation < kGenerations; ++generation) {
    kept.push_back(thing("x"));
    collector.collect(1 - generation / 2);
  }
  std::size_t sum = 0;
  for (unsigned generation = 0; generation < kGenerations; ++generation)
    sum += collector.get_objects(generation).size();
  EXPECT_EQ(sum, 3U);
  EXPECT_EQ(collector.get_objects().size(), 3U);
  EXPECT_THAT(collector.get_objects(kGenerations), IsEmpty());
  EXPECT_THAT(collector.get_objects(1000), IsEmpty());
}

TEST_F(CollectorTest, CollectionsAreCountedAndObjectsTrickleThroughGenerations) {
  const auto x = thing("x");
  const auto generations_with_x = [&] {
    std::vector<unsigned> found;
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      if (!collector.get_objects(generation).empty()) found.push_back(generation);
    }
    return found;
  };
  EXPECT_THAT(generations_with_x(), ElementsAre(0U));
  collector.collect(0);
  EXPECT_THAT(generations_with_x(), ElementsAre(1U));
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 1U, 0U));
  collector.collect(1);
  EXPECT_THAT(generations_with_x(), ElementsAre(2U));
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 1U));
  collector.collect(2);
  EXPECT_THAT(generations_with_x(), ElementsAre(2U));
  EXPECT_THAT(collector.get_counts(), ElementsAre(0U, 0U, 0U));
}

TEST_P(GcCases, ADisabledCollectorNeverStartsByItself) {
  collector.set_thresholds({100, 10, 10});
  int collections = 0;
  collector.add_callback([&](CollectionPhase, const CollectionInfo&) { ++collections; });
  std::vector<Ref<Thing>> junk;
  for (int i = 0; i < 1000; ++i) junk.push_back(thing("junk"));
  EXPECT_GT(collections, 0);
  collector.disable();
  collections = 0;
  for (int i = 0; i < 1000; ++i) junk.push_back(thing("junk"));
  EXPECT_EQ(collections, 0);
}

// Callbacks of the collector.

TEST_P(GcCases, CallbacksAreToldOfStartAndStopInTurn) {
  std::vector<std::string> visits;
  for (const char name : {'a', 'b'}) {
    collector.add_callback([&visits, name](CollectionPhase phase, const CollectionInfo& info) {
      visits.push_back(name + std::string(phase == CollectionPhase::kStart ? " start " : " stop ") +
                       std::to_string(info.generation) + ' ' + std::to_string(info.collected) +
                       ' ' + std::to_string(info.candidates));
    });
  }
  (void)looped("garbage");
  const auto live = thing("live");
  collector.collect(2);
  EXPECT_THAT(visits,
              ElementsAre("a start 2 0 0", "b start 2 0 0", "a stop 2 1 2", "b stop 2 1 2"));
}

TEST_P(GcCases, ACallbackMayEmptyTheListOfGarbage) {
  collector.set_debug(Debug::kSaveAll);
  collector.add_callback([&](CollectionPhase phase, const CollectionInfo&) {
    if (phase != CollectionPhase::kStop) return;
    for (const Ref<void>& object : collector.garbage()) exact_cast<Thing>(object)->holds.clear();
    collector.garbage().clear();
  });
  (void)looped("garbage");
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_THAT(collector.garbage(), IsEmpty());
  EXPECT_EQ(heap.object_count(), 0U);
  collector.set_debug(Debug::kNone);
}

// The end of heaps and threads.

TEST_P(GcCases, AHeapThatGoesFinalizesItsGarbage) {
  {
    Heap going;
    const HeapScope scope(going);
    going.collector().set_policy(GetParam());
    (void)looped("global");
  }
  EXPECT_THAT(diary, ElementsAre("finalize global", "~global"));
}

TEST_P(GcCases, AThreadThatEndsFinalizesItsGarbage) {
  std::thread([this] { (void)looped("global"); }).join();
  EXPECT_THAT(diary, ElementsAre("finalize global", "~global"));
}

// When weak references are cleared: CPython up to 3.14, and from 3.15.

class WeakOrders : public GcCases {
 protected:
  // What a finalizer of a dead pair sees of its partner through a Weak; with a callback or without.
  std::string seen_by_finalizer(WeakOrder order, bool with_callback) {
    collector.set_weak_order(order);
    EXPECT_EQ(collector.get_weak_order(), order);
    std::string seen;
    {
      const auto a = thing("a");
      const auto b = thing("b");
      link(a, b);
      link(b, a);
      const Weak<Thing> weak =
          with_callback ? Weak<Thing>(b, [&] { diary.emplace_back("callback"); }) : Weak<Thing>(b);
      kept_.push_back(weak);
      a->on_finalize = [weak, &seen](Thing&) { seen = weak.expired() ? "nothing" : "partner"; };
    }
    EXPECT_EQ(collector.collect(), 2U);
    EXPECT_TRUE(kept_.back().expired());
    return seen;
  }

  std::vector<Weak<Thing>> kept_;
};

INSTANTIATE_TEST_SUITE_P(Policies, WeakOrders,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(WeakOrders, FinalizersSeeNoWeakUpTo314) {
  EXPECT_EQ(seen_by_finalizer(WeakOrder::kBeforeFinalizers, false), "nothing");
  EXPECT_EQ(seen_by_finalizer(WeakOrder::kBeforeFinalizers, true), "nothing");
}

TEST_P(WeakOrders, FinalizersSeeWeaksWithoutCallbacksFrom315) {
  EXPECT_EQ(seen_by_finalizer(WeakOrder::kAfterFinalizers, false), "partner");
  EXPECT_THAT(diary, UnorderedElementsAre("finalize a", "finalize b", "~a", "~b"));
  diary.clear();
  EXPECT_EQ(seen_by_finalizer(WeakOrder::kAfterFinalizers, true), "nothing");
  EXPECT_EQ(diary.front(), "callback");
  EXPECT_EQ(diary.size(), 5U);
}

TEST_P(WeakOrders, AWeakThatAFinalizerLocksMayResurrect) {
  collector.set_weak_order(WeakOrder::kAfterFinalizers);
  Ref<Thing> saved;
  Weak<Thing> weak;
  {
    const auto a = looped("a");
    weak = a;
    looped("b")->on_finalize = [&](Thing&) { saved = weak.lock(); };
  }
  EXPECT_EQ(collector.collect(), 1U);
  ASSERT_NE(saved, nullptr);
  EXPECT_EQ(saved->name, "a");
  EXPECT_EQ(weak.lock(), saved);
  EXPECT_TRUE(heap.is_consistent());
  saved.reset();
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_TRUE(weak.expired());
}

TEST_P(WeakOrders, AWeakThatACallbackLocksMayResurrect) {
  collector.set_weak_order(WeakOrder::kAfterFinalizers);
  Ref<Thing> saved;
  Weak<Thing> plain;
  Weak<Thing> told;
  {
    const auto a = looped("a");
    plain = a;
    told = Weak<Thing>(a, [&] { saved = plain.lock(); });
  }
  EXPECT_EQ(collector.collect(), 0U);
  ASSERT_NE(saved, nullptr);
  EXPECT_TRUE(told.expired());
  EXPECT_EQ(plain.lock(), saved);
  saved.reset();
  EXPECT_EQ(collector.collect(), 1U);
  EXPECT_TRUE(plain.expired());
}

}  // namespace
}  // namespace exuvia::laws
