#include "exuvia/runtime/tail.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia {
namespace {

// An aggregate: its members follow the TailSize.
struct Frame : Tail<Frame, Ref<Frame>> {
  Ref<Frame> outer;
  void trace(Visitor& v) const { v(outer); }
};

// Nothing but a tail that refers to others: no line for the collector.
struct Array : Tail<Array, Ref<Array>> {};

struct Text : Tail<Text, char> {
  Text(const TailSize& size, std::string_view text) : Tail(size) {
    std::copy(text.begin(), text.end(), tail().begin());
  }
  [[nodiscard]] std::string_view view() const { return {tail().data(), tail().size()}; }
};

// Elements that count themselves, and may refuse to be made.
struct Counted {
  inline static int alive = 0;
  inline static int refused = -1;  // the number of the element that throws
  Counted() {
    if (alive == refused) throw std::runtime_error("element");
    ++alive;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --alive; }
};
struct Row : Tail<Row, Counted> {
  Ref<int> number = make<int>(1);
  Row(const TailSize& size, bool throws, int* seen) : Tail(size), seen_(seen) {
    if (throws) throw std::runtime_error("object");
  }
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;
  ~Row() { *seen_ = Counted::alive; }
  void trace(Visitor& v) const { v(number); }

 private:
  int* seen_;
};

class TailTest : public testing::Test {
 protected:
  TailTest() : scope_(heap) {}
  ~TailTest() override { Counted::refused = -1; }
  void TearDown() override {
    collect();
    EXPECT_EQ(heap.object_count(), 0U);
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_TRUE(heap.is_consistent());
  }

  Heap heap;

 private:
  HeapScope scope_;
};

TEST_F(TailTest, HasAsManyElementsAsItWasMadeWith) {
  for (const std::size_t size : {0U, 1U, 3U, 100U, 5000U}) {
    const Ref<Frame> frame = make_with_tail<Frame>(size);
    EXPECT_EQ(frame->tail().size(), size);
    EXPECT_EQ(std::count(frame->tail().begin(), frame->tail().end(), nullptr), size);
    EXPECT_EQ(frame.type()->bytes_of(frame.get()), sizeof(Frame) + size * sizeof(void*));
    EXPECT_EQ(static_cast<void*>(frame->tail().data()), frame.get() + 1);
  }
}

TEST_F(TailTest, IsFilledByTheConstructorOfItsObject) {
  const Ref<Text> text = make_with_tail<Text>(5, "hello");
  EXPECT_EQ(text->view(), "hello");
  EXPECT_EQ(text.type()->bytes_of(text.get()), sizeof(Text) + 5);
  EXPECT_FALSE(Collector::is_tracked(text));
}

TEST_F(TailTest, IsSeenByTheCollectorBesidesTheMembers) {
  const Ref<Frame> outer = make_with_tail<Frame>(0);
  const Ref<Frame> frame = make_with_tail<Frame>(2, outer);
  frame->tail()[1] = make_with_tail<Frame>(0);
  EXPECT_EQ(Collector::get_referents(frame).size(), 2U);
  const Ref<Array> array = make_with_tail<Array>(3);
  array->tail()[2] = array;
  EXPECT_EQ(Collector::get_referents(array).size(), 1U);
}

TEST_F(TailTest, DiesWithItsObjectAtOnceOrInACycle) {
  {
    const Ref<Array> array = make_with_tail<Array>(10);
    for (Ref<Array>& element : array->tail()) element = make_with_tail<Array>(1);
    EXPECT_EQ(heap.object_count(), 11U);
  }
  EXPECT_EQ(heap.object_count(), 0U);
  {
    const Ref<Array> array = make_with_tail<Array>(10);
    for (Ref<Array>& element : array->tail()) {
      element = make_with_tail<Array>(1);
      element->tail()[0] = array;
    }
  }
  EXPECT_EQ(heap.object_count(), 11U);
  EXPECT_EQ(collect(), 11U);
}

TEST_F(TailTest, LivesUntilTheDestructorOfItsObjectHasRun) {
  int seen = 0;
  (void)make_with_tail<Row>(7, false, &seen);
  EXPECT_EQ(seen, 7);
}

TEST_F(TailTest, LeavesNothingBehindWhenAnElementOrTheObjectThrows) {
  int seen = 0;
  Counted::refused = 3;
  EXPECT_THROW((void)make_with_tail<Row>(7, false, &seen), std::runtime_error);
  Counted::refused = -1;
  EXPECT_THROW((void)make_with_tail<Row>(7, true, &seen), std::runtime_error);
  EXPECT_EQ(heap.collector().get_counts()[0], 0U);
}

TEST_F(TailTest, TooLongForAnyMemoryIsExhaustion) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max();
  for (const std::size_t size : {kHuge, kHuge / 2, kHuge / 8, kHuge / 16}) {
    EXPECT_EQ(try_make_with_tail<Array>(size), nullptr);
    EXPECT_THROW((void)make_with_tail<Array>(size), std::bad_alloc);
  }
  EXPECT_THROW((void)make_with_tail<Text>(kHuge, ""), std::bad_alloc);
  EXPECT_THROW((void)make_with_tail<Text>(kHuge / 2, ""), std::bad_alloc);
}

TEST_F(TailTest, IsAlignedAsItsElementsAre) {
  struct alignas(16) Wide {
    char bytes[16];
  };
  struct Wides : Tail<Wides, Wide> {};
  struct Bytes : Tail<Bytes, char> {
    char first;
  };
  const Ref<Wides> wides = make_with_tail<Wides>(2);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(wides->tail().data()) % 16, 0U);
  EXPECT_EQ(wides.type()->bytes_of(wides.get()), 16 + 2 * sizeof(Wide));
  const Ref<Bytes> bytes = make_with_tail<Bytes>(1, 'x');
  EXPECT_EQ(bytes->tail().data(), reinterpret_cast<char*>(bytes.get() + 1));
}

// Behind bases of other kinds.
struct Shape {
  virtual ~Shape() = default;
  Ref<int> color = make<int>(0xff);
  void trace(Visitor& v) const { v(color); }
};
struct Polygon final : Shape, Tail<Polygon, std::pair<double, Ref<int>>> {
  using Tail::Tail;
  void trace(Visitor& v) const { Shape::trace(v); }
};

TEST_F(TailTest, MayComeAfterAnotherBase) {
  const Ref<Polygon> polygon = make_with_tail<Polygon>(3);
  polygon->tail()[2] = {1.5, polygon->color};
  const Ref<Shape> shape = polygon;
  EXPECT_EQ(Collector::get_referents(shape).size(), 2U);
  EXPECT_EQ(polygon->color.use_count(), 2U);
}

struct Mortal : Tail<Mortal, Ref<Mortal>> {
  int* finalized;
  Mortal(const TailSize& size, int* f) : Tail(size), finalized(f) {}
  void finalize() { *finalized += static_cast<int>(tail().size()); }
};

TEST_F(TailTest, IsThereForFinalizersAndKnownToWeakReferences) {
  int finalized = 0;
  int expired = 0;
  {
    const Ref<Mortal> one = make_with_tail<Mortal>(2, &finalized);
    const Ref<Mortal> other = make_with_tail<Mortal>(3, &finalized);
    one->tail()[1] = other;
    other->tail()[2] = one;
  }
  const Ref<Mortal> last = make_with_tail<Mortal>(4, &finalized);
  const Weak<Mortal> watch(last, [&] { ++expired; });
  EXPECT_EQ(collect(), 2U);
  EXPECT_EQ(finalized, 5);
  EXPECT_EQ(watch.lock(), last);
  EXPECT_EQ(expired, 0);
}

TEST_F(TailTest, OfWeakReferencesIsSeenToo) {
  struct Watchers : Tail<Watchers, Weak<int>> {};
  const Ref<int> watched = make<int>(1);
  const Ref<Watchers> watchers = make_with_tail<Watchers>(2);
  watchers->tail()[0] = watched;
  EXPECT_EQ(watchers->tail()[0].lock(), watched);
  EXPECT_TRUE(watchers->tail()[1].expired());
}

TEST_F(TailTest, OfAnImmortalObjectStays) {
  Heap other;
  const HeapScope scope(other);
  const ImmortalScope forever;
  const Ref<Text> text = make_with_tail<Text>(3, "abc");
  EXPECT_EQ(other.object_count(), 0U);
  EXPECT_EQ(text->view(), "abc");
}

TEST_F(TailTest, NeedsNoDeepStackToDie) {
  const std::size_t depth = runtime::kChecks ? 50'000 : 1'000'000;
  const NoCollectionScope quiet;
  Ref<Array> head;
  for (std::size_t i = 0; i < depth; ++i) {
    const Ref<Array> next = make_with_tail<Array>(2);
    next->tail()[i % 2] = std::move(head);
    head = next;
  }
}

TEST_F(TailTest, SurvivesAFailureOfEachAllocation) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  bool failed = true;
  for (std::size_t n = 1; failed; ++n) {
    heap.storage().fail_at(n);
    try {
      int seen = 0;
      const Ref<Array> array = make_with_tail<Array>(100);
      array->tail()[0] = array;
      (void)make_with_tail<Row>(2, false, &seen);
      collect();
      array->tail()[1] = make_with_tail<Array>(1);
      array->tail()[0] = nullptr;
    } catch (const std::bad_alloc&) {
    }
    failed = heap.storage().has_failed();
    heap.storage().fail_at(0);
    EXPECT_TRUE(heap.is_consistent());
    collect();
    EXPECT_EQ(heap.object_count(), 0U);
  }
}

// Not seen by members, as it is no aggregate.
class Forgets : public Tail<Forgets, Ref<int>> {
 public:
  explicit Forgets(const TailSize& size) : Tail(size) {}
  Ref<int> forgotten = make<int>(1);
};

using TailDeathTest = TailTest;
TEST_F(TailDeathTest, AMemberThatIsForgottenBesideATailIsNamed) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const Ref<Forgets> forgets = make_with_tail<Forgets>(2);
        collect();
      },
      "exuvia: trace\\(\\) forgets a Ref member: .*Forgets at 0x[0-9a-f]+, offset 8, holds int");
}

}  // namespace
}  // namespace exuvia
