#include "runtime/old_marks.hpp"

#include <gtest/gtest.h>

#include <utility>

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

}  // namespace
}  // namespace exuvia::runtime
