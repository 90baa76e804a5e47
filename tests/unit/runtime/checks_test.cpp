// What a checking build detects, by the exact message. In other builds there is nothing to detect.
#include "exuvia/runtime/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

class ChecksTestBase : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};
using ChecksDeathTest = ChecksTestBase;

struct ForgetsAMember {
  Ref<int> seen;
  Ref<int> forgotten;
  void trace(Visitor& v) const { v(seen); }
};

// Not an aggregate, and without trace(): taken for a class without references.
class HidesAMember {
 public:
  HidesAMember() : hidden_(make<int>(1)) {}

 private:
  Ref<int> hidden_;
};

struct VisitsTwice {
  Ref<VisitsTwice> self;
  void trace(Visitor& v) const { v(self, self); }
};

struct Escapes {
  Ref<Escapes>* to;
  ~Escapes() { *to = ref_to(*this); }
};

struct EscapesWhenThrown {
  explicit EscapesWhenThrown(Ref<EscapesWhenThrown>& to) {
    to = ref_to(*this);
    throw 1;
  }
};

TEST_F(ChecksDeathTest, ADestructorMustNotLetItsObjectEscape) {
  EXPECT_DEATH(
      {
        Ref<Escapes> out;
        Ref<Escapes> in = make<Escapes>(&out);
        in.reset();
      },
      "exuvia: a destructor let a reference to its object escape: .*Escapes at 0x[0-9a-f]+, 2 "
      "references");
}

constinit const runtime::Type kLargerThanItsType{.name = "Larger", .size = 8};

TEST_F(ChecksDeathTest, AnObjectMustBeOfItsTypesSize) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH((void)runtime::HeapCore::current().try_allocate(kLargerThanItsType, 16),
               "exuvia: an object is made with another size than its type's: Larger at "
               "0x[0-9a-f]+, 1 references");
}

TEST_F(ChecksDeathTest, AConstructorThatThrowsMustNotLetItsObjectEscape) {
  EXPECT_DEATH(
      {
        Ref<EscapesWhenThrown> out;
        try {
          (void)make<EscapesWhenThrown>(out);
        } catch (int) {
        }
      },
      "exuvia: a constructor threw after it had let a reference to its object escape: "
      ".*EscapesWhenThrown at 0x[0-9a-f]+, 2 references");
}

TEST_F(ChecksDeathTest, ANonPolymorphicBaseMustComeFirst) {
  struct First {
    long one = 1;
  };
  struct Second {
    long two = 2;
  };
  struct Both : First, Second {};
  EXPECT_DEATH(
      (void)Ref<Second>(make<Both>()),
      "exuvia: a base class without virtual functions must come first in the object: .*Both at");
}

struct PlainFirst {
  long one = 1;
};
struct PlainSecond {
  long two = 2;
};
struct HasPlainBases : PlainFirst, PlainSecond {};

TEST_F(ChecksDeathTest, NeitherCastLeadsToABaseThatIsNotTheFirst) {
  const auto both = make<HasPlainBases>();
  EXPECT_EQ(static_ref_cast<PlainFirst>(both)->one, 1);
  EXPECT_EQ(dynamic_ref_cast<PlainFirst>(both)->one, 1);
  constexpr const char* kMessage =
      "exuvia: a base class without virtual functions must come first in the object: "
      ".*HasPlainBases at";
  EXPECT_DEATH((void)static_ref_cast<PlainSecond>(both), kMessage);
  EXPECT_DEATH((void)dynamic_ref_cast<PlainSecond>(both), kMessage);
  EXPECT_DEATH((void)Weak<PlainSecond>(both), kMessage);
  EXPECT_DEATH((void)Weak<PlainSecond>(Weak<HasPlainBases>(both)), kMessage);
}

struct HoldsAPart {
  long before[4]{};
  PlainFirst part;
};

TEST_F(ChecksDeathTest, ARefToWhatIsNoManagedObjectIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  const auto both = make<HasPlainBases>();
  EXPECT_DEATH((void)ref_to<PlainSecond>(*both),
               "exuvia: a Ref is made to what make\\(\\) did not build, or to a part of it: "
               ".*PlainSecond");
  const auto whole = make<HoldsAPart>();
  EXPECT_DEATH((void)ref_to(whole->part), "or to a part of it: .*PlainFirst");
  HasPlainBases local;
  EXPECT_DEATH((void)ref_to<PlainFirst>(local), "or to a part of it: .*PlainFirst");
  int dead_long_ago = 0;
  int* place = &dead_long_ago;
  EXPECT_DEATH((void)ref_to(*place), "or to a part of it: int");
}

TEST_F(ChecksDeathTest, AStalePointerIsNamedLongAfterItsObject) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        auto a = make<HasPlainBases>();
        HasPlainBases& dangling = *a;
        a.reset();
        for (int i = 0; i < 1000; ++i) (void)make<HoldsAPart>();
        (void)ref_to(dangling);
      },
      "or to a part of it: .*HasPlainBases");
}

TEST_F(ChecksDeathTest, NoReferenceMayBeVisitedTwice) {
  EXPECT_DEATH(
      {
        auto a = make<VisitsTwice>();
        a->self = std::move(a);
        collector().collect(0);
      },
      runtime::kChecks
          ? "exuvia: trace\\(\\) visits a Ref to this object twice: .*VisitsTwice at 0x"
          : "exuvia: trace\\(\\) visits more references than were counted: .*VisitsTwice at 0x");
}

TEST_F(ChecksDeathTest, ALiveObjectVisitedTwiceIsNamedBeforeItIsTakenForGarbage) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const auto held = make<VisitsTwice>();
        held->self = held;
        collect();
      },
      "exuvia: trace\\(\\) visits a Ref to this object twice: .*VisitsTwice at 0x");
}

TEST_F(ChecksDeathTest, AForgottenMemberIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const auto a = make<ForgetsAMember>();
        a->forgotten = make<int>(1);
        collect();
      },
      "exuvia: trace\\(\\) forgets a Ref member: .*ForgetsAMember at 0x[0-9a-f]+, offset 8, holds "
      "int at 0x");
}

// A cursor over elements that belong to somebody else looks like a vector that was forgotten.
struct Cursor {
  const Ref<int>* begin;
  const Ref<int>* at;
  const Ref<int>* end;
  Ref<int> current;
};

TEST(Checks, ACursorOverAVectorIsNoMistake) {
  const std::vector<Ref<int>> elements{make<int>(1), make<int>(2)};
  const auto cursor =
      make<Cursor>(elements.data(), elements.data() + 1, elements.data() + 2, elements[1]);
  collect();
  EXPECT_EQ(cursor->current, elements[1]);
}

TEST_F(ChecksDeathTest, AForgottenMemberIsNamedInALargeHeapOnceTheHeapHasChanged) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        std::vector<Ref<ForgetsAMember>> many(20'000);
        for (auto& one : many) one = make<ForgetsAMember>();
        collect();
        many[0]->forgotten = make<int>(1);
        for (int i = 0; i < 20'000; ++i) many.push_back(make<ForgetsAMember>());
      },
      "exuvia: trace\\(\\) forgets a Ref member: .*ForgetsAMember at 0x");
}

TEST_F(ChecksDeathTest, AMemberOfAClassWithoutTraceIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const auto a = make<HidesAMember>();
        collect();
      },
      "exuvia: trace\\(\\) forgets a Ref member: .*HidesAMember at 0x[0-9a-f]+, offset 0, holds "
      "int at 0x");
}

TEST_F(ChecksDeathTest, AWrongCountIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const auto a = make<int>(1);
        object::Counting::retain(a.header()->references);
        collect();
      },
      "exuvia: the count differs from the number of Refs: int at 0x[0-9a-f]+, 2 references");
}

TEST_F(ChecksDeathTest, ADeadObjectIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        auto a = make<int>(1);
        int& dangling = *a;
        a.reset();
        (void)ref_to(dangling);
      },
      "exuvia: a dead object is used: int at 0x");
}

TEST_F(ChecksDeathTest, AWrongThreadIsNoticed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const auto a = make<int>(1);
        std::thread([&a] { (void)Ref<int>(a); }).join();
      },
      "exuvia: a heap is used by a thread that does not own it: int at 0x[0-9a-f]+, 1 references");
}

// The same of what names no object, or moves one without counting it.
TEST_F(ChecksDeathTest, AWrongThreadIsNoticedByAllThatBelongsToAHeap) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  Heap heap;
  Ref<int> made;
  Weak<int> weak;
  {
    const HeapScope scope(heap);
    made = make<int>(1);
    weak = made;
  }
  const Ref<void> kept = made;
  const std::vector<std::function<void()>> uses{
      [&] { heap.collector().collect(); },
      [&] { const HeapScope scope(heap); },
      [&] { const Weak<int> copy = weak; },
      [&] { (void)weak.lock(); },
      [&] { const Ref<int> moved = std::move(made); },
      [&] { (void)heap.is_consistent(); },
      [&] { (void)Collector::is_tracked(kept); },
      [&] { (void)Collector::is_finalized(kept); },
      [&] { (void)Collector::get_referents(kept); },
  };
  for (const auto& use : uses) {
    EXPECT_DEATH(std::thread(use).join(),
                 "exuvia: a heap is used by a thread that does not own it");
  }
}

TEST_F(ChecksDeathTest, AWrongThreadIsNoticedByAllOfACollector) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  Collector& here = collector();
  const std::vector<std::function<void()>> uses{
      [&] {
        here.set_thresholds({1, 1, 1});
      },
      [&] { here.disable(); },
      [&] { (void)here.is_enabled(); },
      [&] { (void)here.get_counts(); },
      [&] { (void)here.get_statistics(); },
      [&] { (void)here.freeze(); },
      [&] { (void)here.get_objects(); },
      [&] { (void)here.garbage(); },
      [&] { here.set_debug(Debug::kNone); },
      [&] { here.set_unraisable_hook(nullptr); },
      [&] { here.add_callback([](CollectionPhase, const CollectionInfo&) {}); },
      [&] { const NoCollectionScope quiet(here); },
  };
  for (const auto& use : uses) {
    EXPECT_DEATH(std::thread(use).join(),
                 "exuvia: a heap is used by a thread that does not own it");
  }
}

TEST_F(ChecksDeathTest, AnObjectThatOutlivesItsThreadIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        Ref<int> left;
        std::thread([&left] { left = make<int>(1); }).join();
        left.reset();
      },
      "exuvia: an object whose thread or Heap has gone is used by another thread: make it on a "
      "Heap that outlives its use: int at 0x");
}

TEST_F(ChecksDeathTest, AHeapMustOutliveItsScopes) {
  constexpr auto kMessage = "exuvia: a Heap is destroyed inside a scope of its own";
  EXPECT_DEATH(
      {
        auto heap = std::make_unique<Heap>();
        const HeapScope scope(*heap);
        heap.reset();
      },
      kMessage);
  EXPECT_DEATH(
      {
        auto heap = std::make_unique<Heap>();
        const NoCollectionScope scope(heap->collector());
        heap.reset();
      },
      kMessage);
  EXPECT_DEATH(
      {
        auto heap = std::make_unique<Heap>();
        auto inside = std::make_unique<HeapScope>(*heap);
        const ImmortalScope scope;
        inside.reset();
        heap.reset();
      },
      kMessage);
}

TEST_F(ChecksDeathTest, TheProgramMayExitInsideScopesOfItsThreadsOwnHeap) {
  const auto has_exited = [](int status) { return WIFEXITED(status); };
  EXPECT_EXIT(
      {
        const NoCollectionScope scope;
        std::exit(0);
      },
      has_exited, "");
  EXPECT_EXIT(
      {
        const ImmortalScope scope;
        std::exit(0);
      },
      has_exited, "");
  EXPECT_EXIT(
      {
        static const NoCollectionScope kForever;
        std::exit(0);
      },
      has_exited, "");
}

TEST_F(ChecksDeathTest, AHeapScopeMustEndBeforeTheOneItBeganIn) {
  EXPECT_DEATH(
      {
        Heap one;
        Heap two;
        auto outer = std::make_unique<HeapScope>(one);
        const HeapScope inner(two);
        outer.reset();
      },
      "exuvia: a HeapScope ends that is not the innermost of its thread");
}

TEST_F(ChecksDeathTest, AnEmptyRefIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH(
      {
        const Ref<std::vector<int>> empty;
        empty->clear();
      },
      "exuvia: an empty Ref is used: std::vector<int>");
}

struct FirstBase {
  long one = 1;
  virtual ~FirstBase() = default;
};
struct SecondBase {
  long two = 2;
  virtual ~SecondBase() { (void)ref_to(*this); }
};
struct HasTwoBases : FirstBase, SecondBase {};

TEST_F(ChecksDeathTest, ARefToALaterBaseInItsDestructorIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_DEATH((void)make<HasTwoBases>(),
               "exuvia: a Ref is made to a base that is not the first, in its constructor or "
               "destructor, where the object does not know its whole: .*HasTwoBases at 0x");
}

// Collects in each of its phases, with a Ref to itself in hand.
struct CollectsAllItsLife {
  std::vector<Ref<CollectsAllItsLife>> holds;

  CollectsAllItsLife() { collect_and_hold_myself(); }
  CollectsAllItsLife(const CollectsAllItsLife&) = delete;
  CollectsAllItsLife& operator=(const CollectsAllItsLife&) = delete;
  void finalize() { collect_and_hold_myself(); }
  ~CollectsAllItsLife() { collect_and_hold_myself(); }
  void trace(Visitor& v) const { v(holds); }

  void collect_and_hold_myself() {
    holds.push_back(ref_to(*this));
    const Ref<CollectsAllItsLife> me = ref_to(*this);
    collect();
    holds.clear();
  }
};

// Its second member does not exist yet, or no longer, when the first collects.
struct Collects {
  Collects() { collect(); }
  Collects(const Collects&) = delete;
  Collects& operator=(const Collects&) = delete;
  ~Collects() { collect(); }
};
struct CollectsAmongItsMembers {
  std::vector<Ref<int>> early{make<int>(1)};
  Collects collects;
  std::vector<Ref<int>> late{make<int>(2)};
  CollectsAmongItsMembers() = default;
  explicit CollectsAmongItsMembers(int thrown) { throw thrown; }
  void trace(Visitor& v) const { v(early, late); }
};

TEST(ChecksTest, ACollectionIsAllowedInEachPhaseOfAnObjectsLife) {
  Weak<CollectsAllItsLife> watch;
  {
    const auto a = make<CollectsAllItsLife>();
    watch = a;
    EXPECT_EQ(a.use_count(), 1U);
  }
  EXPECT_TRUE(watch.expired());
}

TEST(ChecksTest, ACollectionIsAllowedBetweenTheBirthsAndDeathsOfMembers) {
  (void)make<CollectsAmongItsMembers>();
  EXPECT_THROW((void)make<CollectsAmongItsMembers>(1), int);
  EXPECT_EQ(collect(), 0U);
}

TEST(ChecksTest, AHeapMayBeHandedToAnotherThread) {
  Heap heap;
  Ref<int> made;
  {
    const HeapScope scope(heap);
    made = make<int>(7);
  }
  std::thread([&] {
    heap.adopt();
    EXPECT_EQ(*Ref<int>(made), 7);
    made.reset();
    EXPECT_EQ(heap.object_count(), 0U);
  }).join();
  heap.adopt();
}

TEST(ChecksTest, EachThreadHasAHeapOfItsOwn) {
  const auto a = make<int>(1);
  std::thread([] {
    const auto b = make<int>(2);
    EXPECT_EQ(*b, 2);
  }).join();
  EXPECT_EQ(*a, 1);
}

}  // namespace
}  // namespace exuvia
