#include "runtime/old_marks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia::runtime {
namespace {

struct Node {
  Ref<Node> first, second;
};

class OldMarksTest : public testing::Test {
 protected:
  // Makes all objects old, and marks them.
  void mark() {
    collect();
    ASSERT_TRUE(marks.try_run(HeapCore::current().generations().old));
    EXPECT_TRUE(marks.is_exact());
  }

  Heap heap;
  HeapScope scope{heap};
  OldMarks marks{gc::system_side_memory()};
};

TEST_F(OldMarksTest, AreNotNeededWhereEachObjectIsHeldByAnEarlierOne) {
  const auto root = make<Node>();
  for (Node* node = root.get(); heap.object_count() < 10'000; node = node->first.get()) {
    node->first = make<Node>();
    node->second = make<Node>(root);
  }
  mark();
  EXPECT_TRUE(marks.is_all_marked());
  for (Node* node = root.get(); node != nullptr; node = node->first.get()) node->second = nullptr;
}

TEST_F(OldMarksTest, TellWhoLivesWhereEachObjectIsHeldByALaterOne) {
  auto root = make<Node>();
  while (heap.object_count() < 10'000) root = make<Node>(std::move(root));
  mark();
  EXPECT_FALSE(marks.is_all_marked());
  for (const Node* node = root.get(); node != nullptr; node = node->first.get())
    EXPECT_TRUE(marks.is_marked(header_of_payload(node)));
}

TEST_F(OldMarksTest, FindACycleAmongTheLiving) {
  const auto root = make<Node>();
  for (Node* node = root.get(); heap.object_count() < 10'000; node = node->first.get())
    node->first = make<Node>();
  auto cycle = make<Node>();
  cycle->first = make<Node>(cycle);
  collect();
  const Header* const lost = cycle.header();
  const Header* const held_by_it = cycle->first.header();
  cycle.reset();
  ASSERT_TRUE(marks.try_run(HeapCore::current().generations().old));
  EXPECT_FALSE(marks.is_all_marked());
  EXPECT_FALSE(marks.is_marked(lost));
  EXPECT_FALSE(marks.is_marked(held_by_it));
  EXPECT_TRUE(marks.is_marked(root.header()));
  EXPECT_EQ(collect(), 2U);
}

TEST_F(OldMarksTest, FindNobodyAliveWhereNothingIsHeldFromOutside) {
  auto ring = make<Node>();
  ring->first = ring;
  while (heap.object_count() < 1000) ring->first = make<Node>(ring->first);
  collect();
  const Header* const lost = ring.header();
  ring.reset();
  ASSERT_TRUE(marks.try_run(HeapCore::current().generations().old));
  EXPECT_TRUE(marks.is_exact());
  EXPECT_FALSE(marks.is_all_marked());
  EXPECT_FALSE(marks.is_marked(lost));
  EXPECT_EQ(collect(), 1000U);
}

TEST_F(OldMarksTest, NameTheUnmarkedAmongTheirNeighboursInOrder) {
  std::vector<Ref<Node>> all;
  for (int i = 0; i < 5000; ++i) {
    all.push_back(make<Node>());
    all.back()->first = all.back();
  }
  collect();
  std::vector<const Header*> lost;
  for (std::size_t i = 0; i < all.size(); i += 3) {
    lost.push_back(all[i].header());
    all[i].reset();
  }
  const ObjectSet& old = HeapCore::current().generations().old;
  ASSERT_TRUE(marks.try_run(old));
  std::sort(lost.begin(), lost.end());
  std::vector<const Header*> unmarked;
  marks.for_each_unmarked(old, [&](const Header* object) { unmarked.push_back(object); });
  EXPECT_EQ(unmarked, lost);
  EXPECT_TRUE(marks.unmarked_end_plainly(old));
  for (const Ref<Node>& node : all)
    if (node) node->first = nullptr;
  EXPECT_EQ(collect(), lost.size());
}

TEST_F(OldMarksTest, KnowGarbageThatHoldsMoreThanItself) {
  const auto held = make<Node>();
  auto ring = make<Node>();
  ring->first = ring;
  ring->second = held;
  collect();
  ring.reset();
  const ObjectSet& old = HeapCore::current().generations().old;
  for (const bool is_garbage_likely : {false, true}) {
    ASSERT_TRUE(marks.try_run(old, is_garbage_likely));
    EXPECT_FALSE(marks.unmarked_end_plainly(old));
  }
  EXPECT_EQ(collect(), 1U);
  EXPECT_EQ(held.use_count(), 1U);
}

struct Leaf {
  int value;
};
struct Holder {
  Ref<Holder> self;
  Ref<Leaf> leaf;
};

TEST_F(OldMarksTest, KnowGarbageThatHoldsWhatIsNotTracked) {
  const auto leaf = make<Leaf>(1);
  auto ring = make<Holder>();
  ring->self = ring;
  ring->leaf = leaf;
  collect();
  ring.reset();
  const ObjectSet& old = HeapCore::current().generations().old;
  for (const bool is_garbage_likely : {false, true}) {
    ASSERT_TRUE(marks.try_run(old, is_garbage_likely));
    EXPECT_FALSE(marks.unmarked_end_plainly(old));
  }
  EXPECT_EQ(collect(), 1U);
  EXPECT_EQ(leaf.use_count(), 1U);
}

struct Large {
  Ref<Large> next;
  std::byte rest[600];  // too large for the pools, which lie far away
};

TEST_F(OldMarksTest, TellWhoLivesAmongObjectsThatLieFarApart) {
  std::vector<Ref<Large>> large;
  for (int i = 0; i < 1000; ++i) {
    large.push_back(make<Large>());
    large.back()->next = large.back();
  }
  const auto near = make<Node>();
  collect();
  const std::vector<const Header*> lost = {large[10].header(), large[500].header()};
  large[10].reset();
  large[500].reset();
  const ObjectSet& old = HeapCore::current().generations().old;
  ASSERT_TRUE(marks.try_run(old));
  EXPECT_TRUE(marks.is_exact());
  old.for_each([&](const Header* object) {
    EXPECT_EQ(marks.is_marked(object), std::count(lost.begin(), lost.end(), object) == 0);
  });
  EXPECT_EQ(marks.count_unmarked(old), 2U);
  for (const Ref<Large>& object : large)
    if (object) object->next = nullptr;
  EXPECT_EQ(collect(), 2U);
}

TEST_F(OldMarksTest, TakeForAliveWhatJoinsBetweenTwoStepsWhereverItLies) {
  const auto root = make<Node>();
  root->first = make<Node>();
  collect();
  const ObjectSet& old = HeapCore::current().generations().old;
  ASSERT_TRUE(marks.try_begin(old));
  std::vector<Ref<Large>> joined;
  for (int i = 0; i < 10; ++i) joined.push_back(make<Large>());
  collect();
  for (const auto& object : joined) marks.note_joined(object.header());
  std::size_t work = std::numeric_limits<std::size_t>::max();
  EXPECT_TRUE(marks.advance(old, work));
  old.for_each([this](const Header* object) { EXPECT_TRUE(marks.is_marked(object)); });
}

}  // namespace
}  // namespace exuvia::runtime
