#include "exuvia/runtime/heap.hpp"

#include <gtest/gtest.h>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

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
  Heap one;
  Heap two;
  Ref<Link> in_one;
  {
    const HeapScope scope(one);
    in_one = make<Link>();
    in_one->next = in_one;
    const HeapScope inner(two);
    const auto in_two = make<Link>();
    in_two->next = in_two;
  }
  in_one.reset();
  EXPECT_EQ(two.collector().collect(), 1U);
  EXPECT_EQ(one.object_count(), 1U);
  EXPECT_EQ(one.collector().collect(), 1U);
}

}  // namespace
}  // namespace exuvia
