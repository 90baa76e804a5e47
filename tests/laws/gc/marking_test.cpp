// What marking promises of its helpers, on the tiny host.
#include <gtest/gtest.h>

#include "gc/marker.hpp"
#include "hosts/tiny/host.hpp"

namespace exuvia::tiny {
namespace {

class Marking : public testing::Test {
 protected:
  void give(Object* parent, std::size_t edge, Object* child) {
    host.link(parent, edge, child);
    host.release(child);
  }

  // An object with `width` children of 60 edges, of which the first is free.
  Object* make_fan(std::size_t width, std::uint32_t flags = 0) {
    Object* fan = host.try_make(width);
    for (std::size_t i = 0; i < width; ++i) {
      Object* child = host.try_make(60);
      child->flags = flags;
      give(fan, i, child);
    }
    return fan;
  }

  struct Result {
    std::size_t marked, by_helpers;
  };
  Result mark(Object* root, unsigned workers) {
    gc::Workers threads(workers);
    gc::Marker<Model>::Marks marks(gc::system_side_memory());
    gc::Marker<Model> marker(host.model(), marks, gc::system_side_memory(), threads);
    marker.add_root(address_of(root));
    marker.run();
    EXPECT_FALSE(marker.is_incomplete());
    host.release(root);
    return {marker.marked(), marker.marked_by_helpers()};
  }

  Host host;
};

TEST_F(Marking, HelpersMarkTheirPartOfAWideHeap) {
  const Result done = mark(make_fan(50'000), 2);
  EXPECT_EQ(done.marked, 50'001u);
  EXPECT_GT(done.by_helpers, 10'000u);
}

TEST_F(Marking, WithoutHelpersTheCallerMarksAll) {
  const Result done = mark(make_fan(50'000), 1);
  EXPECT_EQ(done.marked, 50'001u);
  EXPECT_EQ(done.by_helpers, 0u);
}

TEST_F(Marking, NoHelperIsCalledForAChain) {
  Object* chain = host.try_make(1);
  for (int i = 1; i < 50'000; ++i) {
    Object* next = host.try_make(1);
    give(next, 0, chain);
    chain = next;
  }
  const Result done = mark(chain, 2);
  EXPECT_EQ(done.marked, 50'000u);
  EXPECT_EQ(done.by_helpers, 0u);
}

TEST_F(Marking, OfAHeapThatIsWideAndNarrowInTurnsAllIsMarked) {
  constexpr std::size_t kFans = 6, kWidth = 5'000, kLinks = 2'000;
  Object* next = host.try_make(1);
  for (std::size_t fan = 0; fan < kFans; ++fan) {
    for (std::size_t i = 0; i < kLinks; ++i) {
      Object* link = host.try_make(1);
      give(link, 0, next);
      next = link;
    }
    Object* wide = make_fan(kWidth);
    give(wide->edges()[fan * 700], 0, next);
    next = wide;
  }
  for (const unsigned workers : {1u, 2u, 4u, 2u, 3u, 2u, 4u, 2u, 4u}) {
    const Result done = mark(host.retain(next), workers);
    EXPECT_EQ(done.marked, 1 + kFans * (kLinks + kWidth + 1));
  }
  host.release(next);
}

TEST_F(Marking, WhatOnlyTheOwnerMayTraceIsMarkedAndTracedTogether) {
  Object* fan = make_fan(20'000, Object::kOwnerOnly);
  for (Object* child : fan->edges()) give(child, 59, host.try_make(2));
  const Result done = mark(fan, 2);
  EXPECT_EQ(done.marked, 40'001u);
  EXPECT_GT(done.by_helpers, 0u);
}

TEST_F(Marking, ARootThatDoesNotStartWithItsGranuleIsIgnored) {
  gc::Workers threads(1);
  gc::Marker<Model>::Marks marks(gc::system_side_memory());
  gc::Marker<Model> marker(host.model(), marks, gc::system_side_memory(), threads);
  Object* object = host.try_make(1);
  marker.add_root(address_of(object) + 8);
  marker.run();
  EXPECT_EQ(marker.marked(), 0u);
  host.release(object);
}

}  // namespace
}  // namespace exuvia::tiny
