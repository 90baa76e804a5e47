#include "exuvia/runtime/heap.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

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

TEST(Heap, LivesUntilItsLastObjectDoesThoughThatHasNoDestructor) {
  struct Sets : runtime::Attachment {
    explicit Sets(bool& its_target) : target(its_target) {}
    ~Sets() override { target = true; }
    bool& target;
  };
  bool is_gone = false;
  Ref<int> survivor;
  {
    Heap heap;
    const HeapScope scope(heap);
    survivor = make<int>(1);
    runtime::HeapCore::current().attach(std::make_unique<Sets>(is_gone));
  }
  EXPECT_FALSE(is_gone);
  survivor.reset();
  EXPECT_TRUE(is_gone);
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

// Each of these lets its heap go in a collection of that heap.
class AHeapThatGoes : public testing::Test {
 protected:
  struct Cyclic {
    Ref<Cyclic> self;
    std::function<void()> at_finalize;
    std::function<void()> at_end;
    std::string text = "long enough for a block of its own";
    Cyclic() = default;
    Cyclic(const Cyclic&) = delete;
    Cyclic& operator=(const Cyclic&) = delete;
    ~Cyclic() {
      if (at_end) at_end();
    }
    void finalize() {
      if (at_finalize) at_finalize();
    }
    void trace(Visitor& v) const { v(self); }
  };

  // A cycle with another inside, for the last collection.
  Cyclic& make_garbage() {
    const HeapScope scope(*heap);
    auto inner = make<Cyclic>();
    inner->self = inner;
    auto garbage = make<Cyclic>();
    garbage->self = garbage;
    watch = garbage;
    return *garbage;
  }
  [[nodiscard]] auto goes() {
    return [this] { heap.reset(); };
  }
  void expect_it_goes() {
    EXPECT_GE(heap->collector().collect(), 1U);
    EXPECT_FALSE(heap.has_value());
    EXPECT_TRUE(watch.expired());
  }

  std::optional<Heap> heap{std::in_place};
  Weak<Cyclic> watch;
};

TEST_F(AHeapThatGoes, InAFinalizerEndsAfterTheCollection) {
  make_garbage().at_finalize = goes();
  expect_it_goes();
}

TEST_F(AHeapThatGoes, InADestructorEndsAfterTheCollection) {
  make_garbage().at_end = goes();
  expect_it_goes();
}

TEST_F(AHeapThatGoes, InTheCallbackOfAWeakEndsAfterTheCollection) {
  const Weak<Cyclic> calls(ref_to(make_garbage()), goes());
  expect_it_goes();
}

TEST_F(AHeapThatGoes, InACallbackOfItsCollectorEndsAfterTheCollection) {
  for (const CollectionPhase when : {CollectionPhase::kStart, CollectionPhase::kStop}) {
    heap.emplace();
    make_garbage();
    heap->collector().add_callback([&](CollectionPhase phase, const CollectionInfo&) {
      if (phase == when) heap.reset();
    });
    expect_it_goes();
  }
}

TEST_F(AHeapThatGoes, InAnAutomaticCollectionEndsAfterIt) {
  make_garbage();
  auto scope = std::make_unique<HeapScope>(*heap);
  heap->collector().set_thresholds({1, 0, 0});
  heap->collector().add_callback([&](CollectionPhase, const CollectionInfo&) {
    scope.reset();
    heap.reset();
  });
  Ref<Cyclic> made;
  for (int i = 0; i < 10 && heap; ++i) made = make<Cyclic>();
  EXPECT_FALSE(heap.has_value());
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(made->text, "long enough for a block of its own");
}

TEST_F(AHeapThatGoes, InAConstructorThatThrowsEndsWithIt) {
  struct Tells : runtime::Attachment {
    bool& gone;
    explicit Tells(bool& flag) : gone(flag) {}
    ~Tells() override { gone = true; }
  };
  struct Throws {
    Throws(std::unique_ptr<HeapScope>& scope, std::optional<Heap>& heap) {
      scope.reset();
      heap.reset();
      throw std::runtime_error("no");
    }
  };
  bool gone = false;
  auto scope = std::make_unique<HeapScope>(*heap);
  runtime::HeapCore::current().attach(std::make_unique<Tells>(gone));
  EXPECT_THROW((void)make<Throws>(scope, heap), std::runtime_error);
  EXPECT_TRUE(gone);
}

TEST_F(AHeapThatGoes, WithAnObjectsLastRefEndsWithIt) {
  Ref<Cyclic> held = ref_to(make_garbage());
  const Weak<Cyclic> calls(held, goes());
  held->self.reset();
  held.reset();
  EXPECT_FALSE(heap.has_value());
  EXPECT_TRUE(watch.expired());
}

// What thread_local variables make when the thread's heap has gone already.
TEST(Heap, OfAThreadGoesThoughAThreadLocalMakesAnotherOne) {
  struct Counted {
    Ref<Counted> self;
    int& alive;
    explicit Counted(int& counter) : alive(counter) { ++alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --alive; }
    void trace(Visitor& v) const { v(self); }
  };
  struct MakesAtItsEnd {
    int* alive = nullptr;
    ~MakesAtItsEnd() {
      const auto cycle = make<Counted>(*alive);
      cycle->self = cycle;
    }
  };
  static int alive = 0;
  std::thread([] {
    static thread_local MakesAtItsEnd last;
    last.alive = &alive;
    (void)make<Counted>(alive);
  }).join();
  EXPECT_EQ(alive, 0);
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

struct Pair {
  Ref<Pair> self;
  Ref<Pair> other;
};

class TwoHeaps : public testing::TestWithParam<Policy> {
 protected:
  TwoHeaps() {
    for (Heap* const heap : {&one, &two}) {
      heap->collector().set_policy(GetParam());
      heap->collector().disable();
    }
  }
  static Ref<Pair> make_in(Heap& heap, const Ref<Pair>& other = nullptr) {
    const HeapScope scope(heap);
    return make<Pair>(nullptr, other);
  }

  Heap one;
  Heap two;
};
INSTANTIATE_TEST_SUITE_P(Policies, TwoHeaps,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(TwoHeaps, MayHaveYoungObjectsAtTheSamePlace) {
  const Ref<Pair> alive = make_in(one);
  std::vector<Ref<Pair>> held(10'000);
  for (Ref<Pair>& pair : held) pair = make_in(two);
  for (const Ref<Pair>& other : {held.front(), held.back()}) {
    auto garbage = make_in(one, other);
    garbage->self = garbage;
    garbage.reset();
    EXPECT_EQ(one.collector().collect(0), 1U);
    EXPECT_EQ(one.object_count(), 1U);
  }
  EXPECT_EQ(alive->other, nullptr);
}

struct Finalized {
  Ref<Finalized> self;
  std::function<void(Finalized&)> on_finalize;
  void trace(Visitor& v) const { v(self); }
  void finalize() { on_finalize(*this); }
};
struct HoldsFinalized {
  Ref<HoldsFinalized> self;
  Ref<Finalized> held;
};

TEST_P(TwoHeaps, MayCollectInsideEachOther) {
  {
    const HeapScope scope(one);
    const auto object = make<Finalized>();
    object->self = object;
    object->on_finalize = [this](Finalized& dying) {
      const HeapScope inner(two);
      auto garbage = make<HoldsFinalized>(nullptr, ref_to(dying));
      garbage->self = garbage;
      garbage.reset();
      EXPECT_EQ(two.collector().collect(), 1U);
    };
  }
  one.collector().collect();
  one.collector().collect();
  EXPECT_EQ(one.object_count(), 0U);
}

}  // namespace
}  // namespace exuvia
