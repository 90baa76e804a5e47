#include "gc/work_stack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "exuvia/platform/fake_platform.hpp"

namespace exuvia::gc {
namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 30;

TEST(WorkStack, ReturnsItemsLastFirstAcrossChunks) {
  ChunkSource source(system_side_memory(), kPlenty);
  WorkStack<Address> stack(source);
  EXPECT_TRUE(stack.is_empty());
  for (Address i = 1; i <= 5000; ++i) ASSERT_TRUE(stack.try_push(i));
  Address item = 0;
  for (Address i = 5000; i >= 1; --i) {
    ASSERT_TRUE(stack.try_pop(item));
    ASSERT_EQ(item, i);
  }
  EXPECT_FALSE(stack.try_pop(item));
  EXPECT_TRUE(stack.is_empty());
}

TEST(WorkStack, ATopPushesAndPopsAsTheStackDoes) {
  ChunkSource source(system_side_memory(), kPlenty);
  WorkStack<Address> stack(source);
  Address item = 0;
  {
    WorkStack<Address>::Top top(stack);
    for (Address i = 1; i <= 3000; ++i) ASSERT_TRUE(top.try_push(i));
    for (Address i = 3000; i > 1000; --i) {
      ASSERT_TRUE(top.try_pop(item));
      ASSERT_EQ(item, i);
    }
  }
  for (Address i = 1000; i >= 1; --i) {
    ASSERT_TRUE(stack.try_pop(item));
    ASSERT_EQ(item, i);
  }
  WorkStack<Address>::Top top(stack);
  EXPECT_FALSE(top.try_pop(item));
}

TEST(WorkStack, ATopLetsOthersUseTheStackBetweenSaveAndLoad) {
  ChunkSource source(system_side_memory(), kPlenty);
  WorkStack<Address> stack(source);
  WorkStack<Address>::Top top(stack);
  ASSERT_TRUE(top.try_push(1));
  top.save();
  ASSERT_TRUE(stack.try_push(2));
  top.load();
  Address item = 0;
  ASSERT_TRUE(top.try_pop(item));
  EXPECT_EQ(item, 2u);
  ASSERT_TRUE(top.try_pop(item));
  EXPECT_EQ(item, 1u);
}

TEST(WorkStack, RefusesToGrowBeyondTheBudgetAndKeepsWhatItHas) {
  ChunkSource source(system_side_memory(), 256u << 10);
  WorkStack<Address> stack(source);
  Address pushed = 0;
  while (stack.try_push(pushed + 1)) ++pushed;
  EXPECT_GT(pushed, 30'000u);
  EXPECT_EQ(source.memory_bytes(), 256u << 10);
  Address item = 0;
  for (; pushed > 0; --pushed) {
    ASSERT_TRUE(stack.try_pop(item));
    ASSERT_EQ(item, pushed);
  }
}

TEST(WorkStack, RefusesToGrowWithoutMemory) {
  platform::FakeControl control;
  control.fail_from = 0;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  ChunkSource source(memory, kPlenty);
  WorkStack<Address> stack(source);
  EXPECT_FALSE(stack.try_push(1));
  EXPECT_TRUE(stack.is_empty());
}

TEST(WorkStack, SplitsWithoutLosingOrRepeatingItems) {
  ChunkSource source(system_side_memory(), kPlenty);
  for (const Address count : {10u, 64u, 505u, 2000u}) {
    WorkStack<Address> stack(source);
    for (Address i = 0; i < count; ++i) ASSERT_TRUE(stack.try_push(i));
    std::vector<bool> seen(count);
    std::size_t given = 0;
    while (Chunk<Address>* chunk = stack.try_split(8)) {
      for (std::size_t i = 0; i < chunk->count; ++i) seen[chunk->items[i]] = true;
      given += chunk->count;
      source.give_back(chunk);
    }
    Address item = 0;
    while (stack.try_pop(item)) {
      EXPECT_FALSE(seen[item]);
      seen[item] = true;
      ++given;
    }
    EXPECT_EQ(given, count);
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), static_cast<long>(count));
  }
}

TEST(WorkStack, AdoptsAChunkOfAnother) {
  ChunkSource source(system_side_memory(), kPlenty);
  WorkStack<Address> giver(source), taker(source);
  for (Address i = 0; i < 100; ++i) ASSERT_TRUE(giver.try_push(i));
  taker.adopt(giver.take_top());
  EXPECT_TRUE(giver.is_empty());
  EXPECT_EQ(taker.top_count(), 100u);
  EXPECT_EQ(giver.take_top(), nullptr);
}

}  // namespace
}  // namespace exuvia::gc
