#include "gc/address_bits.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "exuvia/platform/fake_platform.hpp"

namespace exuvia::gc {
namespace {

using Bits = AddressBits<5>;
constexpr Address kGranule = 32;

// Addresses near the lowest, across leaves, and at the top of what can be recorded.
std::set<Address> scattered_granules(unsigned count) {
  std::mt19937_64 random(11);
  const Address bases[] = {0, (Address{1} << 29) - 4096, Address{0x5555'0000'0000},
                           Address{0x7fff'f000'0000}, (Address{1} << 48) - (1 << 20)};
  std::set<Address> granules;
  while (granules.size() < count) {
    granules.insert(bases[random() % 5] + random() % 8192 / kGranule * kGranule);
  }
  return granules;
}

std::vector<Address> members_of(const Bits& bits) {
  std::vector<Address> members;
  bits.for_each([&](Address granule) { members.push_back(granule); });
  return members;
}

TEST(AddressBits, KnowsNothingAndNeedsNothingBeforeItIsPrepared) {
  Bits bits;
  EXPECT_FALSE(bits.test(0x1000));
  EXPECT_EQ(bits.memory_bytes(), 0u);
  EXPECT_EQ(bits.population(), 0u);
  bits.release();
}

TEST(AddressBits, RecordsExactlyTheGranulesThatWereSetInAddressOrder) {
  Bits bits;
  ASSERT_TRUE(bits.try_prepare());
  const std::set<Address> granules = scattered_granules(500);
  for (const Address granule : granules) EXPECT_FALSE(bits.test_and_set(granule + 16));
  for (const Address granule : granules) {
    EXPECT_TRUE(bits.test(granule));
    EXPECT_TRUE(bits.test(granule + kGranule - 1));
    EXPECT_EQ(bits.test(granule + kGranule), granules.contains(granule + kGranule));
    EXPECT_TRUE(bits.test_and_set(granule));
  }
  EXPECT_EQ(members_of(bits), std::vector<Address>(granules.begin(), granules.end()));
  EXPECT_EQ(bits.population(), granules.size());
}

TEST(AddressBits, ClearsOneBitOrAll) {
  Bits bits;
  ASSERT_TRUE(bits.try_prepare());
  for (const Address granule : scattered_granules(100)) bits.set(granule);
  const Address one = members_of(bits)[50];
  EXPECT_TRUE(bits.test_and_clear(one));
  EXPECT_FALSE(bits.test_and_clear(one));
  EXPECT_FALSE(bits.test_and_clear_exactly(one));
  EXPECT_EQ(bits.population(), 99u);
  bits.clear();
  EXPECT_EQ(bits.population(), 0u);
  EXPECT_FALSE(bits.test_and_set_exactly(one));
  EXPECT_EQ(members_of(bits), std::vector<Address>{one});
}

TEST(AddressBits, ListsWhatIsSetHereAndNotThere) {
  Bits here, there;
  ASSERT_TRUE(here.try_prepare() && there.try_prepare());
  const std::set<Address> granules = scattered_granules(300);
  std::vector<Address> expected;
  unsigned i = 0;
  for (const Address granule : granules) {
    here.set(granule);
    if (++i % 3 == 0) {
      there.set(granule);
    } else {
      expected.push_back(granule);
    }
  }
  std::vector<Address> difference;
  here.for_each_not_in(there, [&](Address granule) { difference.push_back(granule); });
  EXPECT_EQ(difference, expected);
}

TEST(AddressBits, MergesTheBitsOfAnother) {
  Bits even, odd;
  ASSERT_TRUE(even.try_prepare() && odd.try_prepare());
  const std::set<Address> granules = scattered_granules(300);
  unsigned i = 0;
  for (const Address granule : granules) (++i % 2 == 0 ? even : odd).set(granule);
  even.merge(odd);
  EXPECT_EQ(members_of(even), std::vector<Address>(granules.begin(), granules.end()));
}

TEST(AddressBits, ForgetsAndSaysSoWithoutMemory) {
  platform::FakeControl control;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  Bits bits(memory);
  ASSERT_TRUE(bits.try_prepare());
  bits.set(0x1000);
  control.fail_from = control.calls;
  EXPECT_TRUE(bits.test_and_set(0x7000'0000'0000));
  EXPECT_TRUE(bits.is_exhausted());
  EXPECT_TRUE(bits.test(0x1000));
  bits.release();
  EXPECT_FALSE(bits.is_exhausted());
  EXPECT_EQ(control.reserved, 0u);
}

TEST(AddressBits, WorksWhereLargeReservationsAreRefused) {
  platform::FakeControl control;
  control.refuse_reservations = true;
  control.largest_reservation = 8u << 20;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  Bits bits(memory);
  ASSERT_TRUE(bits.try_prepare());
  bits.set(0x7fff'0000'0000);
  EXPECT_TRUE(bits.test(0x7fff'0000'0000));
}

TEST(AddressBits, TouchesMemoryInProportionToTheAddressesInUse) {
  Bits bits;
  ASSERT_TRUE(bits.try_prepare());
  for (Address a = 0x7f00'0000'0000; a < 0x7f00'0400'0000; a += 64) bits.set(a);
  // 64 MiB of addresses: 256 KiB of bits.
  EXPECT_GE(bits.memory_bytes(), 256u << 10);
  EXPECT_LE(bits.memory_bytes(), 272u << 10);
}

TEST(AddressBits, LosesNoneOfTheBitsThatManyThreadsSetExactly) {
  Bits bits;
  ASSERT_TRUE(bits.try_prepare());
  constexpr unsigned kThreads = 4;
  constexpr Address kEnd = 64'000 * kGranule;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&bits, t] {
      for (Address a = t * kGranule; a < kEnd; a += kThreads * kGranule) bits.set_exactly(a);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bits.population(), kEnd / kGranule);
}

TEST(AddressBits, GivesEachBitToOneOfTheThreadsThatClearIt) {
  Bits bits;
  ASSERT_TRUE(bits.try_prepare());
  constexpr Address kEnd = 20'000 * kGranule;
  for (Address a = 0; a < kEnd; a += kGranule) bits.set(a);
  std::atomic<unsigned> won{0};
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (Address a = 0; a < kEnd; a += kGranule) won += bits.test_and_clear_exactly(a) ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, kEnd / kGranule);
  EXPECT_EQ(bits.population(), 0u);
}

TEST(AddressBits, MapsALeafOnceWhenManyThreadsNeedItAtOnce) {
  platform::FakeControl control;
  PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform()};
  Bits bits(memory);
  ASSERT_TRUE(bits.try_prepare());
  std::vector<std::thread> threads;
  for (Address t = 0; t < 4; ++t) {
    threads.emplace_back([&bits, t] {
      for (Address leaf = 0; leaf < 20; ++leaf) bits.set_exactly((leaf << 29) + t * kGranule);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(bits.population(), 80u);
}

}  // namespace
}  // namespace exuvia::gc
