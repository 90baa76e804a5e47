// The cases of CPython's test_finalization (PEP 442), asked of the runtime.
//
// | cases there | here |
// |---|---|
// | SimpleFinalizationTest | AnObject..., AnUntrackedObject... A finalizer runs once here even for
//   objects that are not tracked, where CPython calls it again |
// | SelfCycleFinalizationTest, CycleChainFinalizationTest | ACycle..., one test for all chains |
// | LegacyFinalizationTest | no legacy finalizers |
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia::laws {
namespace {

using testing::IsEmpty;

struct Fate {
  std::vector<const void*> finalized;
  std::vector<Ref<void>> survivors;
};

// What a finalizer does besides telling of itself.
enum class End { kSimple, kResurrects, kBreaksItsLinks };

// An object that holds nothing, and is not tracked.
struct Untracked {
  Fate* fate;
  End end;
  void finalize() {
    fate->finalized.push_back(this);
    if (end == End::kResurrects) fate->survivors.push_back(ref_to(*this));
  }
};

// A link of a ring. Its finalizer finds its neighbours as they were, or as their own finalizers
// have left them.
struct Link {
  Fate* fate;
  End end;
  Ref<Link> left;
  Ref<Link> right;
  bool has_broken = false;

  void finalize() {
    fate->finalized.push_back(this);
    expect_sane();
    if (end == End::kResurrects) fate->survivors.push_back(ref_to(*this));
    if (end != End::kBreaksItsLinks) return;
    const Ref<Link> keep = ref_to(*this);
    has_broken = true;
    left.reset();
    right.reset();
  }

  void expect_sane() const {
    if (left == nullptr) return;
    if (left->has_broken) {
      EXPECT_EQ(left->right, nullptr);
    } else {
      EXPECT_EQ(left->right.get(), this);
    }
    if (right->has_broken) {
      EXPECT_EQ(right->left, nullptr);
    } else {
      EXPECT_EQ(right->left.get(), this);
    }
  }
};

class FinalizationCases : public testing::TestWithParam<Policy> {
 protected:
  FinalizationCases() : scope_(heap_) {
    collector_.set_policy(GetParam());
    collector_.set_thresholds({0, 0, 0});
  }

  // A closed ring of such links, dropped and collected; then its survivors are dropped, too.
  void expect_end_of_ring(const std::vector<End>& ends) {
    std::vector<const void*> ids;
    std::vector<Weak<Link>> watches;
    make_ring(ends, ids, watches);
    EXPECT_THAT(fate_.finalized, IsEmpty());
    collector_.collect();
    EXPECT_THAT(fate_.finalized, testing::UnorderedElementsAreArray(ids));
    for (const Weak<Link>& watch : watches) EXPECT_TRUE(watch.expired());
    const auto resurrecting = std::count(ends.begin(), ends.end(), End::kResurrects);
    EXPECT_EQ(fate_.survivors.size(), static_cast<std::size_t>(resurrecting));
    for (const Ref<void>& survivor : fate_.survivors)
      EXPECT_TRUE(Collector::is_finalized(survivor));
    fate_.survivors.clear();
    collector_.collect();
    EXPECT_EQ(fate_.finalized.size(), ids.size());
    EXPECT_THAT(fate_.survivors, IsEmpty());
    EXPECT_EQ(heap_.object_count(), 0U);
    fate_.finalized.clear();
  }

  Fate fate_;
  Heap heap_;
  Collector& collector_ = heap_.collector();

 private:
  void make_ring(const std::vector<End>& ends, std::vector<const void*>& ids,
                 std::vector<Weak<Link>>& watches) {
    std::vector<Ref<Link>> ring;
    for (const End end : ends) ring.push_back(make<Link>(&fate_, end));
    for (std::size_t i = 0; i < ring.size(); ++i) {
      ring[i]->right = ring[(i + 1) % ring.size()];
      ring[i]->right->left = ring[i];
      ids.push_back(ring[i].get());
      watches.emplace_back(ring[i]);
    }
  }

  HeapScope scope_;
};

INSTANTIATE_TEST_SUITE_P(Policies, FinalizationCases,
                         testing::Values(Policy::kGenerational, Policy::kIncremental));

TEST_P(FinalizationCases, AnObjectIsFinalizedOnceAndDies) {
  Ref<Link> one = make<Link>(&fate_, End::kSimple);
  const Weak<Link> watch = one;
  EXPECT_TRUE(Collector::is_tracked(one));
  one.reset();
  EXPECT_EQ(fate_.finalized.size(), 1U);
  EXPECT_TRUE(watch.expired());
  collector_.collect();
  EXPECT_EQ(fate_.finalized.size(), 1U);
}

TEST_P(FinalizationCases, AnObjectThatSavesItselfKeepsItsWeakReferences) {
  Ref<Link> one = make<Link>(&fate_, End::kResurrects);
  const Weak<Link> watch = one;
  one.reset();
  EXPECT_EQ(fate_.survivors.size(), 1U);
  EXPECT_FALSE(watch.expired());
  fate_.survivors.clear();
  EXPECT_EQ(fate_.finalized.size(), 1U);
  EXPECT_TRUE(watch.expired());
  EXPECT_EQ(heap_.object_count(), 0U);
}

TEST_P(FinalizationCases, AnUntrackedObjectIsFinalizedOnceToo) {
  for (const End end : {End::kSimple, End::kResurrects}) {
    Ref<Untracked> one = make<Untracked>(&fate_, end);
    EXPECT_FALSE(Collector::is_tracked(one));
    one.reset();
    EXPECT_EQ(fate_.finalized.size(), 1U);
    EXPECT_EQ(fate_.survivors.size(), end == End::kResurrects ? 1U : 0U);
    fate_.survivors.clear();
    EXPECT_EQ(fate_.finalized.size(), 1U);
    EXPECT_EQ(heap_.object_count(), 0U);
    fate_.finalized.clear();
  }
}

TEST_P(FinalizationCases, ACycleIsFinalizedAsAWholeWhateverItsFinalizersDo) {
  using enum End;
  const std::vector<std::vector<End>> rings{
      {kSimple},
      {kResurrects},
      {kBreaksItsLinks},
      {kSimple, kSimple, kSimple},
      {kResurrects, kResurrects, kResurrects},
      {kBreaksItsLinks, kBreaksItsLinks, kBreaksItsLinks},
      {kBreaksItsLinks, kSimple, kBreaksItsLinks, kSimple},
      {kBreaksItsLinks, kBreaksItsLinks, kSimple, kSimple},
      {kResurrects, kSimple, kResurrects, kSimple},
      {kResurrects, kSimple, kBreaksItsLinks, kResurrects, kSimple, kBreaksItsLinks},
      {kResurrects, kResurrects, kSimple, kSimple, kBreaksItsLinks, kBreaksItsLinks},
  };
  for (std::size_t i = 0; i < rings.size(); ++i) {
    SCOPED_TRACE(i);
    expect_end_of_ring(rings[i]);
  }
}

}  // namespace
}  // namespace exuvia::laws
