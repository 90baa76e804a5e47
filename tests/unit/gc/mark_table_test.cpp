#include "gc/mark_table.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "exuvia/platform/fake_platform.hpp"
#include "gc/card_queue.hpp"

namespace exuvia::gc {
namespace {

using Table = MarkTable<4>;
using Leaf = Table::Leaf;
constexpr Address kObject = 0x5555'0000'1230;
constexpr Address kCard = Address{1} << Table::kCardShift;

void mark(Table& table, Address object) {
  Leaf* leaf = table.leaf_for(object);
  if (leaf->state[Leaf::card_of(object)] == Table::kUntouched) Table::touch(*leaf, object);
  leaf->marked[Leaf::word_of(object)] |= Table::mask_of(object);
}

std::vector<Address> unmarked_followers(const Table& table) {
  std::vector<Address> found;
  table.for_each_unmarked_follower([&](Address granule) { found.push_back(granule); });
  return found;
}

TEST(MarkTable, KnowsNothingBeforeItIsPrepared) {
  Table table(system_side_memory());
  EXPECT_FALSE(table.test(kObject));
  EXPECT_EQ(table.memory_bytes(), 0u);
  EXPECT_TRUE(unmarked_followers(table).empty());
}

TEST(MarkTable, KnowsWhichGranulesAreMarked) {
  Table table(system_side_memory());
  ASSERT_TRUE(table.try_prepare());
  mark(table, kObject);
  EXPECT_TRUE(table.test(kObject));
  EXPECT_FALSE(table.test(kObject + 16));
  EXPECT_FALSE(table.test(kObject + (Address{1} << 29)));
  EXPECT_EQ(table.word_at(kObject), Table::mask_of(kObject));
}

TEST(MarkTable, ListsFollowersThatAreNotMarkedInAddressOrder) {
  Table table(system_side_memory());
  ASSERT_TRUE(table.try_prepare());
  mark(table, kObject);
  const Address far = kObject + (Address{3} << 29);
  for (const Address object : {far, kObject + 8 * kCard, kObject, kObject + 32}) {
    table.follow(Table::place_of_follower(object));
  }
  EXPECT_EQ(unmarked_followers(table),
            (std::vector<Address>{kObject + 32, kObject + 8 * kCard, far}));
}

TEST(MarkTable, TellsAFollowerThatStartsAWordFromTheMarkedOnesAroundIt) {
  Table table(system_side_memory());
  ASSERT_TRUE(table.try_prepare());
  // The first object of a word, of a card and of a leaf.
  for (const Address first :
       {Address{0x5555'0000'1400}, Address{0x5555'0000'4000}, Address{0x5555'4000'0000}}) {
    mark(table, first - 32);
    mark(table, first + 32);
    table.follow(Table::place_of_follower(first));
    EXPECT_EQ(unmarked_followers(table), (std::vector<Address>{first}));
    mark(table, first);
    EXPECT_TRUE(unmarked_followers(table).empty());
  }
}

TEST(MarkTable, TouchesMemoryInProportionToTheAddressesInUse) {
  Table table(system_side_memory());
  ASSERT_TRUE(table.try_prepare());
  const Address begin = 0x7f00'0000'0000;
  for (Address object = begin; object < begin + (64u << 20); object += 64) mark(table, object);
  // 64 MiB of addresses: two bits for each 16 bytes are 1 MiB.
  EXPECT_GE(table.memory_bytes(), 1024u << 10);
  EXPECT_LE(table.memory_bytes(), 1056u << 10);
}

TEST(MarkTable, ForgetsAndSaysSoWithoutMemory) {
  platform::FakeControl control;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  Table table(memory);
  ASSERT_TRUE(table.try_prepare());
  control.fail_from = control.calls;
  table.follow(kObject);
  EXPECT_TRUE(table.is_exhausted());
  EXPECT_TRUE(unmarked_followers(table).empty());
}

class CardQueues : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(table.try_prepare());
    for (Address i = 0; i < 6; ++i) mark(table, card(i));
  }

  // Every other one in another leaf.
  static Address card(Address i) { return 0x5555'0000'0000 + i * kCard + (i % 2 << 29); }

  std::vector<Address> pop_all(CardQueue<Table>& from) {
    std::vector<Address> cards;
    for (Address one; from.try_pop(one);) cards.push_back(one);
    return cards;
  }

  Table table{system_side_memory()};
  CardQueue<Table> queue{table};
};

TEST_F(CardQueues, ReturnCardsFirstFirst) {
  for (const Address i : {3, 0, 5}) queue.push(card(i));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_EQ(pop_all(queue), (std::vector<Address>{card(3), card(0), card(5)}));
  EXPECT_EQ(queue.size(), 0u);
  queue.push(card(1));
  EXPECT_EQ(pop_all(queue), (std::vector<Address>{card(1)}));
}

TEST_F(CardQueues, TakeAllOfAnotherBehindTheirOwn) {
  CardQueue<Table> other(table);
  queue.push(card(2));
  queue.append(other);
  other.push(card(4));
  other.push(card(1));
  queue.append(other);
  queue.push(card(0));
  EXPECT_EQ(queue.size(), 4u);
  EXPECT_EQ(pop_all(queue), (std::vector<Address>{card(2), card(4), card(1), card(0)}));
  EXPECT_TRUE(pop_all(other).empty());
}

}  // namespace
}  // namespace exuvia::gc
