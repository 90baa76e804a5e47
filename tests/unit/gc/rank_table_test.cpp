#include "gc/rank_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "exuvia/platform/fake_platform.hpp"

namespace exuvia::gc {
namespace {

TEST(RankTable, NumbersTheMembersInAddressOrder) {
  std::mt19937_64 random(8);
  std::set<Address> members;
  for (int i = 0; i < 3000; ++i) {
    members.insert(((random() % 3) << 40) + random() % (1 << 22) / 16 * 16);
  }
  AddressBits<4> bits;
  ASSERT_TRUE(bits.try_prepare());
  for (const Address member : members) bits.set(member);
  RankTable<4> ranks(system_side_memory());
  ASSERT_TRUE(ranks.try_build(bits));
  EXPECT_EQ(ranks.size(), members.size());
  Rank expected = 0;
  for (const Address member : members) EXPECT_EQ(ranks.rank(member), expected++);
}

TEST(RankTable, GivesNoRankToWhatIsNoMember) {
  AddressBits<4> bits;
  ASSERT_TRUE(bits.try_prepare());
  bits.set(0x10000);
  RankTable<4> ranks(system_side_memory());
  EXPECT_EQ(ranks.rank(0x10000), kNoRank) << "not built yet";
  ASSERT_TRUE(ranks.try_build(bits));
  EXPECT_EQ(ranks.rank(0x10010), kNoRank);
  EXPECT_EQ(ranks.rank(0x7000'0000'0000), kNoRank);
  EXPECT_EQ(ranks.rank(~Address{0}), kNoRank);
}

TEST(RankTable, IsEmptyAfterMemoryRanOut) {
  AddressBits<4> bits;
  ASSERT_TRUE(bits.try_prepare());
  bits.set(0x10000);
  bits.set(0x7000'0000'0000);
  platform::FakeControl control;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  RankTable<4> ranks(memory);
  for (std::uint64_t call = 0;; ++call) {
    control.calls = 0;
    control.fail_from = call;
    if (ranks.try_build(bits)) break;
    EXPECT_EQ(ranks.size(), 0u);
    EXPECT_EQ(ranks.rank(0x10000), kNoRank);
    EXPECT_EQ(control.reserved, 0u);
    ASSERT_LT(call, 20u);
  }
  EXPECT_EQ(ranks.rank(0x7000'0000'0000), 1u);
}

}  // namespace
}  // namespace exuvia::gc
