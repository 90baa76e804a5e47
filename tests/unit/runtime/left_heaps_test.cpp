// What a checking build says of leaks when the process exits, by the exact message.
#include "runtime/left_heaps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

class LeftHeapsDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

struct ForgetsAVector {
  long something = 0;
  std::vector<Ref<ForgetsAVector>> forgotten;
  void trace(Visitor&) const {}
};

void leave_a_cycle_without_a_heap() {
  Ref<Link> one;
  {
    Heap heap;
    const HeapScope scope(heap);
    one = make<Link>();
    one->next = make<Link>(one);
  }
}

TEST_F(LeftHeapsDeathTest, ACycleThatOutlivesItsHeapIsNamedAtTheExit) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_EXIT(
      {
        leave_a_cycle_without_a_heap();
        std::exit(0);
      },
      testing::ExitedWithCode(23),
      "exuvia: objects only hold each other, and their thread or Heap has gone, so that nobody "
      "collects them: .*Link at 0x[0-9a-f]+, one of 2");
}

struct ForgetsAMap {
  Ref<int> seen;
  std::map<int, Ref<ForgetsAMap>> forgotten;
  void trace(Visitor& v) const { v(seen); }
};

// Ends the process after a heap in which close() has closed a cycle through an object.
template <class T, class Close>
[[noreturn]] void end_with_a_heap_left(Close&& close) {
  {
    Heap heap;
    const HeapScope scope(heap);
    const auto object = make<T>();
    close(object);
  }
  std::exit(0);
}

TEST_F(LeftHeapsDeathTest, AForgottenContainerInACycleIsNamedAtTheExit) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_EXIT(
      end_with_a_heap_left<ForgetsAMap>([](const auto& object) { object->forgotten[1] = object; }),
      testing::ExitedWithCode(23),
      "exuvia: an object outlives its thread or Heap, held by a Ref that no trace.. shows, in "
      "memory that was never freed: .*ForgetsAMap at 0x[0-9a-f]+, the Ref at 0x[0-9a-f]+, to which "
      "offset (16|24|32|40|48) of .*ForgetsAMap at 0x[0-9a-f]+ seems to lead");
}

TEST_F(LeftHeapsDeathTest, AForgottenVectorInACycleIsNamedAtTheExit) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_EXIT(
      end_with_a_heap_left<ForgetsAVector>(
          [](const auto& object) { object->forgotten.push_back(object); }),
      testing::ExitedWithCode(23),
      "exuvia: an object outlives its thread or Heap, held by a Ref that no trace.. shows, in "
      "memory that was never freed: .*ForgetsAVector at 0x[0-9a-f]+, the Ref at 0x[0-9a-f]+, to "
      "which offset 8 of .*ForgetsAVector at 0x[0-9a-f]+ seems to lead");
}

TEST_F(LeftHeapsDeathTest, ForgottenVectorsThatHoldEachOtherAreNamedAtTheExit) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_EXIT(
      {
        {
          const auto one = make<ForgetsAVector>();
          const auto other = make<ForgetsAVector>();
          one->forgotten.assign(100, other);
          other->forgotten.push_back(one);
        }
        std::exit(0);
      },
      testing::ExitedWithCode(23), "held by a Ref that no trace.. shows.*offset 8 of");
}

TEST_F(LeftHeapsDeathTest, TheEnvironmentChoosesTheStatusOfALeak) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  const auto leak = [](const char* wanted) {
    ::setenv("EXUVIA_LEAK_STATUS", wanted, 1);
    leave_a_cycle_without_a_heap();
    std::exit(3);
  };
  EXPECT_EXIT(leak("0"), testing::ExitedWithCode(3), "objects only hold each other");
  EXPECT_EXIT(leak("7"), testing::ExitedWithCode(7), "objects only hold each other");
}

TEST_F(LeftHeapsDeathTest, ACycleThroughTwoHeapsIsNamedAtTheExit) {
  if (!runtime::kChecks) GTEST_SKIP() << "only in checking builds";
  EXPECT_EXIT(
      {
        {
          Heap heap;
          const auto one = make<Link>();
          const HeapScope scope(heap);
          one->next = make<Link>(one);
        }
        std::exit(0);
      },
      testing::ExitedWithCode(23),
      "^exuvia: objects of several heaps only hold each other, and nobody collects a cycle that "
      "runs through two heaps: .*Link at 0x[0-9a-f]+, one of 2\n$");
}

// In other builds a leak sanitizer has its own opinion.
bool reports_no_leak(int status) {
  return WIFEXITED(status) && (!runtime::kChecks || WEXITSTATUS(status) == 0);
}

// Its objects know it, and do not own it.
struct Registry {
  struct Entry {
    Registry* registry = nullptr;
    void trace(Visitor&) const {}
  };
  Ref<Entry> entry = make<Entry>(this);
};
Registry* volatile never_destroyed = nullptr;

TEST_F(LeftHeapsDeathTest, WhatAStaticVariableLeadsToDoesNotLeak) {
  EXPECT_EXIT(
      {
        never_destroyed = new Registry();
        std::exit(0);
      },
      reports_no_leak, "");
}

Ref<Link> in_a_static_variable;  // NOLINT(bugprone-throwing-static-initialization)

TEST_F(LeftHeapsDeathTest, NothingIsSaidOfWhatVariablesHoldAtTheExit) {
  EXPECT_EXIT(
      {
        Ref<Link> on_the_stack;
        {
          Heap heap;
          const HeapScope scope(heap);
          on_the_stack = make<Link>();
          in_a_static_variable = make<Link>(on_the_stack);
        }
        std::exit(0);
      },
      reports_no_leak, testing::Not(testing::HasSubstr("outlives its thread or Heap")));
}

TEST_F(LeftHeapsDeathTest, NothingIsSaidOfACycleThatAVariableHeldUntilTheExit) {
  EXPECT_EXIT(
      {
        in_a_static_variable = make<Link>();
        in_a_static_variable->next = in_a_static_variable;
        std::exit(0);
      },
      reports_no_leak, testing::Not(testing::HasSubstr("exuvia:")));
}

}  // namespace
}  // namespace exuvia
