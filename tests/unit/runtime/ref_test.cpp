#include "exuvia/runtime/ref.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

TEST(Ref, IsEmptyByDefault) {
  const Ref<int> ref;
  EXPECT_FALSE(ref);
  EXPECT_EQ(ref, nullptr);
  EXPECT_EQ(ref.use_count(), 0U);
  EXPECT_EQ(ref.type(), nullptr);
}

TEST(Ref, DestroysItsObjectWhenTheLastOneGoes) {
  int dead = 0;
  Ref<Mortal> a = make<Mortal>(dead);
  Ref<Mortal> b = a;
  EXPECT_EQ(a.use_count(), 2U);
  a.reset();
  EXPECT_EQ(dead, 0);
  b = nullptr;
  EXPECT_EQ(dead, 1);
}

TEST(Ref, LeavesTheSourceOfAMoveEmpty) {
  Ref<std::string> a = make<std::string>("text");
  const Ref<std::string> b = std::move(a);
  EXPECT_EQ(a, nullptr);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(*b, "text");
  EXPECT_EQ(b.use_count(), 1U);
}

TEST(Ref, SurvivesAssignmentToItself) {
  int dead = 0;
  Ref<Mortal> a = make<Mortal>(dead);
  Ref<Mortal>& same = a;
  a = same;
  EXPECT_EQ(dead, 0);
  EXPECT_EQ(a.use_count(), 1U);
  a = std::move(same);
  EXPECT_EQ(dead, 0);
}

TEST(Ref, HoldsTheNewObjectBeforeTheOldOneDies) {
  struct Watch {
    Ref<Watch>* holder;
    bool* saw_new;
    ~Watch() {
      if (holder != nullptr) *saw_new = holder->get() != nullptr && holder->get() != this;
    }
  };
  bool saw_new = false;
  Ref<Watch> ref;
  ref = make<Watch>(&ref, &saw_new);
  ref = make<Watch>(nullptr, nullptr);
  EXPECT_TRUE(saw_new);
}

struct Shape {
  virtual ~Shape() = default;
  [[nodiscard]] virtual int sides() const = 0;
};
struct Named {
  virtual ~Named() = default;
  std::string name = "square";
};
struct Square final : Shape, Named {
  int* dead;
  explicit Square(int& d) : dead(&d) {}
  ~Square() override { ++*dead; }
  Square(const Square&) = delete;
  Square& operator=(const Square&) = delete;
  [[nodiscard]] int sides() const override { return 4; }
};

TEST(Ref, ConvertsToABaseAndToConst) {
  int dead = 0;
  Ref<const Square> constant = make<Square>(dead);
  Ref<Shape> shape = make<Square>(dead);
  EXPECT_EQ(shape->sides(), 4);
  EXPECT_EQ(constant->sides(), 4);
  constant.reset();
  EXPECT_EQ(dead, 1);
  shape.reset();
  EXPECT_EQ(dead, 2);
}

TEST(Ref, ReachesItsObjectThroughASecondPolymorphicBase) {
  int dead = 0;
  Ref<Named> named;
  {
    const Ref<Square> square = make<Square>(dead);
    named = square;
    EXPECT_NE(static_cast<const void*>(named.get()), static_cast<const void*>(square.get()));
    EXPECT_EQ(square.use_count(), 2U);
    EXPECT_EQ(Ref<void>(named), Ref<void>(square));
  }
  EXPECT_EQ(dead, 0);
  EXPECT_EQ(named->name, "square");
  const Ref<Shape> shape = dynamic_ref_cast<Shape>(named);
  EXPECT_EQ(shape->sides(), 4);
  EXPECT_EQ(static_ref_cast<Square>(named).use_count(), 3U);
  EXPECT_EQ(dynamic_ref_cast<Square>(Ref<Named>(make<Named>())), nullptr);
}

TEST(Ref, ToVoidKnowsTheExactType) {
  const Ref<void> any = make<std::string>("x");
  EXPECT_THAT(any.type()->name, testing::HasSubstr("basic_string<char>"));
  EXPECT_EQ(*exact_cast<std::string>(any), "x");
  EXPECT_EQ(exact_cast<int>(any), nullptr);
}

TEST(Ref, ToAConstantKnowsTheExactTypeToo) {
  const Ref<const int> made = make<const int>(1);
  const Ref<const int> tried = try_make<const int>(2);
  EXPECT_EQ(exact_cast<const int>(made), made);
  EXPECT_EQ(*exact_cast<int>(tried), 2);
  EXPECT_EQ(made.type(), make<int>(3).type());
}

TEST(Ref, IsComparableAndAKey) {
  const Ref<int> one = make<int>(1);
  const Ref<int> two = make<int>(2);
  const Ref<const int> again = one;
  EXPECT_EQ(one, again);
  EXPECT_NE(one, two);
  EXPECT_EQ((one < two) + (two < one), 1);
  std::unordered_set<Ref<int>> hashed{one, two, one};
  std::set<Ref<int>> ordered{one, two, one};
  EXPECT_EQ(hashed.size(), 2U);
  EXPECT_EQ(ordered.size(), 2U);
  std::unordered_map<Ref<int>, int> map{{one, 10}};
  EXPECT_EQ(map.at(one), 10);
}

struct One {
  int one = 1;
  virtual ~One() = default;
};
struct Two {
  int two = 2;
  virtual ~Two() = default;
};
struct OneAndTwo : One, Two {};

TEST(Ref, IsOrderedByItsObjectWhicheverBaseItSees) {
  const Ref<OneAndTwo> whole = make<OneAndTwo>();
  const Ref<Two> part = whole;
  const Ref<Two> other = make<OneAndTwo>();
  const OwnerLess less;
  EXPECT_FALSE(less(whole, part) || less(part, whole));
  EXPECT_NE(less(whole, other), less(other, part));
  EXPECT_TRUE(less(Ref<One>(), part));
  const std::set<Ref<Two>, OwnerLess> set{part, other, whole};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ(set.count(Ref<One>(whole)), 1U);
}

TEST(Ref, ComparesAndHashesItsObjectWhicheverBaseItSees) {
  const Ref<OneAndTwo> whole = make<OneAndTwo>();
  const Ref<Two> part = whole;
  const Ref<void> any = part;
  const Ref<Two> other = make<OneAndTwo>();
  EXPECT_TRUE(part == whole && whole == part && any == part && part == any);
  EXPECT_TRUE(std::is_eq(part <=> whole) && std::is_eq(any <=> part));
  EXPECT_TRUE(part <= whole && part >= whole && part != other);
  EXPECT_NE(part < other, other < whole);
  EXPECT_EQ(std::hash<Ref<Two>>{}(part), std::hash<Ref<OneAndTwo>>{}(whole));
  EXPECT_EQ(std::hash<Ref<Two>>{}(part), std::hash<Ref<void>>{}(any));
  EXPECT_EQ(Ref<Two>(), Ref<OneAndTwo>());
}

template <class T, class U>
concept HasOrder = requires(const T& a, const U& b) {
  a < b;
};
template <class T, class U>
concept HasEquality = requires(const T& a, const U& b) {
  a == b;
};
static_assert(HasOrder<Ref<Two>, Ref<const OneAndTwo>> && HasEquality<Ref<Two>, Ref<void>>);
static_assert(!HasOrder<Ref<One>, Ref<Two>> && !HasEquality<Ref<One>, Ref<Two>>);

TEST(Ref, IsWrittenAsTheAddressOfItsObject) {
  const Ref<int> ref = make<int>(1);
  std::ostringstream ours;
  std::ostringstream pointers;
  ours << ref << ' ' << Ref<char>();
  pointers << static_cast<const void*>(ref.get()) << ' ' << static_cast<const void*>(nullptr);
  EXPECT_EQ(ours.str(), pointers.str());
}

// A member's class may be completed later in the file.
struct Later;
struct Earlier {
  Ref<Later> later;
  std::vector<Ref<Later>> more;
  Weak<Later> watch;
};
Ref<Earlier> make_earlier() { return make<Earlier>(); }
struct Later {
  virtual ~Later() = default;
  Ref<Earlier> earlier;
  void trace(Visitor& v) const { v(earlier); }
};

TEST(Ref, MayBeAMemberBeforeItsClassIsComplete) {
  const Ref<Earlier> earlier = make_earlier();
  earlier->later = make<Later>();
  earlier->later->earlier = earlier;
  earlier->watch = earlier->later;
  EXPECT_EQ(Collector::get_referents(earlier).size(), 1U);
  earlier->later->earlier.reset();
}

TEST(Ref, ToAnObjectCountsLikeACopy) {
  struct Self {
    [[nodiscard]] Ref<Self> self() { return ref_to(*this); }
  };
  const Ref<Self> a = make<Self>();
  const Ref<Self> b = a->self();
  EXPECT_EQ(a, b);
  EXPECT_EQ(a.use_count(), 2U);
}

TEST(Make, BuildsAggregatesAndClassesAndPassesReferences) {
  struct Point {
    int x;
    int y;
  };
  EXPECT_EQ(make<Point>(1, 2)->y, 2);
  int dead = 0;
  EXPECT_EQ(make<Mortal>(dead)->dead, &dead);
  EXPECT_EQ(make<std::vector<int>>(3U, 7)->size(), 3U);
  EXPECT_EQ(*make<std::unique_ptr<int>>(std::make_unique<int>(5)).get()->get(), 5);
}

TEST(Make, LeavesNothingBehindWhenTheConstructorThrows) {
  struct Throws {
    Ref<int> held = make<int>(1);
    Throws() { throw std::runtime_error("no"); }
    void trace(Visitor& v) const { v(held); }
  };
  Heap heap;
  const HeapScope scope(heap);
  EXPECT_THROW((void)make<Throws>(), std::runtime_error);
  EXPECT_EQ(heap.object_count(), 0U);
  EXPECT_EQ(heap.collector().get_counts()[0], 0U);
}

TEST(Make, AlignsObjectsToSixteenBytes) {
  struct alignas(16) Wide {
    char bytes[16];
  };
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(make<Wide>().get()) % 16, 0U);
  }
}

TEST(Destruction, OfTenMillionNestedObjectsNeedsNoDeepStack) {
  const int length = runtime::kChecks ? 300'000 : 10'000'000;
  const NoCollectionScope quiet;
  Ref<Link> head;
  for (int i = 0; i < length; ++i) head = make<Link>(std::move(head));
  head.reset();
  EXPECT_EQ(head, nullptr);
}

TEST(Destruction, IsCompleteWhenTheDropReturns) {
  struct Counted {
    Ref<Counted> next;
    int* dead;
    Counted(Ref<Counted> n, int* d) : next(std::move(n)), dead(d) {}
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { ++*dead; }
    void trace(Visitor& v) const { v(next); }
  };
  int dead = 0;
  Ref<Counted> head;
  for (int i = 0; i < 1000; ++i) head = make<Counted>(std::move(head), &dead);
  head.reset();
  EXPECT_EQ(dead, 1000);
}

TEST(SharedPtr, AndRefHoldEachOther) {
  int dead = 0;
  std::shared_ptr<Mortal> shared = to_shared(make<Mortal>(dead));
  EXPECT_EQ(shared->dead, &dead);
  shared.reset();
  EXPECT_EQ(dead, 1);
  EXPECT_EQ(to_shared(Ref<Mortal>()), nullptr);

  Ref<Shared<Mortal>> held = from_shared(std::make_shared<Mortal>(dead));
  EXPECT_EQ((*held)->dead, &dead);
  held.reset();
  EXPECT_EQ(dead, 2);
}

}  // namespace
}  // namespace exuvia
