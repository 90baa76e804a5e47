#include "exuvia/runtime/generations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <span>
#include <vector>

namespace exuvia::runtime {
namespace {

// Headers in blocks of their own, as objects have them.
class GenerationsTest : public testing::Test {
 protected:
  ~GenerationsTest() override {
    all.free(storage);
    for (Header* header : headers) storage.deallocate(header, sizeof(Header));
  }
  Header* header() {
    headers.push_back(::new (storage.allocate(sizeof(Header))) Header{1, 0, nullptr});
    return headers.back();
  }

  Storage storage;
  Generations all;
  std::vector<Header*> headers;
};

TEST_F(GenerationsTest, ALogKeepsThePositionOfEachObject) {
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.log.count(), 5000U);
  EXPECT_TRUE(all.is_consistent());
  for (std::size_t i = 0; i < headers.size(); i += 3) all.remove(headers[i]);
  EXPECT_TRUE(all.is_consistent());
  EXPECT_EQ(all.log.count(), 3333U);
  EXPECT_EQ(all.log.entries()[0], nullptr);
  EXPECT_EQ(all.log.entries()[1], headers[1]);
}

TEST_F(GenerationsTest, ALogOfManyBirthsAndDeathsDoesNotGrow) {
  std::vector<Header*> queue;
  queue.reserve(100);
  for (int i = 0; i < 100; ++i) queue.push_back(header());
  for (Header* h : queue) ASSERT_TRUE(all.try_add(storage, h));
  for (int i = 0; i < 100'000; ++i) {
    Header* const oldest = queue[static_cast<std::size_t>(i) % queue.size()];
    all.remove(oldest);
    ASSERT_TRUE(all.try_add(storage, oldest));
  }
  EXPECT_EQ(all.log.count(), 100U);
  EXPECT_LE(all.log.entries().size(), 1024U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ALogShrinksAsItsYoungestDie) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  for (std::size_t i = 500; i < headers.size(); ++i) all.remove(headers[i]);
  all.log.drop_last_holes();
  EXPECT_EQ(all.log.entries().size(), 500U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ObjectsGrowOlderUntouched) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.log.age();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.log.entries(all.log.young_begin()).size(), 5U);
  for (std::size_t i = 8; i < headers.size(); ++i) all.remove(headers[i]);
  all.log.drop_last_holes();
  EXPECT_TRUE(all.is_consistent());
  EXPECT_EQ(all.log.entries(all.log.young_begin()).size(), 0U);
  all.log.rejuvenate();
  EXPECT_EQ(all.log.entries(all.log.young_begin()).size(), 8U);
}

TEST_F(GenerationsTest, TheBorderStaysWhereItWasAmongTheLivingWhenHolesAreClosed) {
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.log.age();
  for (int i = 600; i < 1024; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  for (std::size_t i = 0; i < 1023; ++i) {
    if (i % 4 != 0) all.remove(headers[i]);
  }
  ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.log.young_begin(), 150U);
  EXPECT_EQ(all.log.entries()[150], headers[600]);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, WhatGrowsOldStaysInAShortLog) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.remove(headers[3]);
  EXPECT_EQ(all.age(storage), 9U);
  for (int i = 10; i < 15; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.log.age();
  for (int i = 15; i < 18; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.old.count(), 0U);
  EXPECT_EQ(all.log.generation_of(headers[9]), 2U);
  EXPECT_EQ(all.log.generation_of(headers[10]), 1U);
  EXPECT_EQ(all.log.generation_of(headers[15]), 0U);
  all.log.rejuvenate();
  EXPECT_EQ(all.log.generation_of(headers[10]), 0U);
  EXPECT_EQ(all.age(storage), 8U);
  EXPECT_TRUE(all.is_consistent());
  EXPECT_TRUE(all.try_age_log(storage));
  EXPECT_EQ(all.old.count(), 17U);
  EXPECT_EQ(all.log.old_end(), 0U);
}

TEST_F(GenerationsTest, WhatGrowsOldLeavesALongLog) {
  for (int i = 0; i < 250'000; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.age(storage), 250'000U);
  EXPECT_EQ(all.log.count(), 0U);
  EXPECT_EQ(all.old.count(), 250'000U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, BordersStayAmongTheLivingWhenHolesAreClosed) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(all.try_add(storage, header()));
    if (i == 9) (void)all.age(storage);
    if (i == 19) all.log.age();
  }
  for (const std::size_t dead : {2U, 9U, 10U, 11U, 25U}) all.remove(headers[dead]);
  all.log.squeeze();
  EXPECT_EQ(all.log.old_end(), 8U);
  EXPECT_EQ(all.log.young_begin(), 16U);
  EXPECT_EQ(all.log.size(), 25U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ALogGrantsNoMoreBirthsThanItsBound) {
  ASSERT_TRUE(all.try_add(storage, header()));
  EXPECT_EQ(all.log.births(), 0U);
  all.log.set_bounds({5, 1000});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(all.log.try_push_newborn(header()));
  EXPECT_FALSE(all.log.try_push_newborn(header()));
  EXPECT_EQ(all.log.births(), 5U);
  all.log.count_deaths(2);
  EXPECT_EQ(all.log.births(), 3U);
  all.log.count_deaths(7);
  EXPECT_EQ(all.log.births(), 0U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, WhereObjectsLieInTheLogDoesNotChangeTheNumberOfBirths) {
  ASSERT_TRUE(all.try_add(storage, header()));
  all.log.set_bounds({500, 1000});
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(all.log.try_push_newborn(header()));
  for (std::size_t i = 0; i < 300; ++i) all.remove(headers[i]);
  for (std::size_t i = 400; i < headers.size(); ++i) all.remove(headers[i]);
  all.log.drop_last_holes();
  EXPECT_EQ(all.log.births(), 500U);
  EXPECT_FALSE(all.log.try_push_newborn(header()));
  all.log.squeeze();
  EXPECT_EQ(all.log.births(), 500U);
  all.log.restart_count();
  EXPECT_TRUE(all.try_age_log(storage));
  EXPECT_EQ(all.log.births(), 0U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ALogHandsOverItsObjectsAndForgetsThem) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.remove(headers[4]);
  EXPECT_TRUE(all.try_age_log(storage));
  EXPECT_EQ(all.log.count(), 0U);
  EXPECT_EQ(all.old.count(), 9U);
  EXPECT_EQ(headers[0]->place(), object::Place::kOld);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ALogKeepsWhatItCouldNotHandOver) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  int taken = 0;
  const auto take_three = [&](Header* h) { return taken++ < 3 && all.try_add_old(storage, h); };
  EXPECT_FALSE(all.log.drain(take_three));
  EXPECT_EQ(all.log.count(), 7U);
  EXPECT_EQ(all.old.count(), 3U);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ASetAgreesWithAnOracle) {
  std::mt19937 random(1);
  std::set<Header*> oracle;
  for (int i = 0; i < 2000; ++i) header();
  for (int i = 0; i < 20'000; ++i) {
    Header* const h = headers[random() % headers.size()];
    if (oracle.insert(h).second) {
      ASSERT_TRUE(all.old.try_insert(storage, h));
    } else {
      oracle.erase(h);
      ASSERT_TRUE(all.old.erase(h));
      ASSERT_FALSE(all.old.erase(h));
    }
    ASSERT_EQ(all.old.count(), oracle.size());
    ASSERT_EQ(all.old.contains(h), oracle.contains(h));
  }
  std::vector<Header*> found;
  all.old.for_each([&found](Header* h) { found.push_back(h); });
  EXPECT_EQ(found, std::vector<Header*>(oracle.begin(), oracle.end()));
}

TEST_F(GenerationsTest, AWriterMakesOfASetWhatItIsToldOneByOne) {
  for (int i = 0; i < 50'000; ++i) header();
  std::set<const Header*> oracle;
  std::mt19937 random(1);
  for (int round = 0; round < 4; ++round) {
    if (round % 2 == 1) std::shuffle(headers.begin(), headers.end(), random);
    ObjectSet::Writer writer(all.old);
    for (const Header* h : headers) {
      if (random() % 2 == 0) {
        EXPECT_EQ(writer.erase(h), oracle.erase(h) == 1);
      } else if (oracle.insert(h).second) {
        ASSERT_TRUE(writer.try_insert(storage, h));
      }
    }
  }
  EXPECT_EQ(all.old.count(), oracle.size());
  for (const Header* h : headers) EXPECT_EQ(all.old.contains(h), oracle.contains(h));
}

TEST_F(GenerationsTest, ManyLeaveTheGenerationsTheyAreInAtOnce) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  ASSERT_TRUE(all.try_age_log(storage));
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  all.erase(std::span<Header* const>(headers).subspan(500, 1000));
  EXPECT_EQ(all.old.count(), 500U);
  EXPECT_EQ(all.log.count(), 500U);
}

TEST_F(GenerationsTest, ASetAbsorbsAnotherWithoutTouchingAnObject) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE((i % 2 == 0 ? all.old : all.frozen).try_insert(storage, header()));
  }
  ASSERT_TRUE(all.frozen.try_absorb(storage, all.old));
  EXPECT_EQ(all.frozen.count(), 100U);
  EXPECT_EQ(all.old.count(), 0U);
  for (const Header* h : headers) {
    EXPECT_TRUE(all.frozen.contains(h));
    EXPECT_EQ(h->state, 0U);
  }
}

TEST_F(GenerationsTest, ASetIsVisitedInPartsFromAnyAddress) {
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(all.old.try_insert(storage, header()));
  std::vector<Header*> sorted = headers;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Header*> found;
  std::uintptr_t from = 0;
  while (from != ObjectSet::kEnd) {
    from = all.old.visit_from(from, [&](Header* h) {
      found.push_back(h);
      return found.size() % 7 != 0;
    });
  }
  EXPECT_EQ(found, sorted);
}

TEST_F(GenerationsTest, ObjectsAreTakenOutOfASetAPoolAtATime) {
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(all.old.try_insert(storage, header()));
  constexpr std::uint64_t kEven = 0x5555'5555'5555'5555;
  std::set<Header*> taken;
  all.old.take([](ObjectSet::Word word) { return word.bits & kEven; },
               [&taken](const ObjectSet::PoolObjects& objects) {
                 const std::size_t before = taken.size();
                 objects.for_each([&](Header* h) {
                   const auto at = reinterpret_cast<std::uintptr_t>(h);
                   EXPECT_EQ(at / ObjectSet::PoolObjects::kBytes,
                             objects.address / ObjectSet::PoolObjects::kBytes);
                   taken.insert(h);
                 });
                 EXPECT_EQ(objects.count, taken.size() - before);
               });
  EXPECT_EQ(all.old.count(), headers.size() - taken.size());
  for (Header* h : headers) {
    const bool is_even = reinterpret_cast<std::uintptr_t>(h) / 16 % 2 == 0;
    EXPECT_EQ(taken.contains(h), is_even);
    EXPECT_EQ(all.old.contains(h), !is_even);
  }
}

TEST_F(GenerationsTest, TheLogHandsOverUpToAPositionAndAgesTheRest) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(all.try_add(storage, header()));
  std::vector<Header*> taken;
  const auto prefetch = [](const Header*) {};
  all.log.hand_over(6, prefetch, [&](Header* h) {
    if (h == headers[2]) return false;
    taken.push_back(h);
    h->move_to(object::Place::kUntracked);
    return true;
  });
  EXPECT_EQ(taken.size(), 5U);
  EXPECT_EQ(all.log.count(), 5U);
  EXPECT_EQ(all.log.young_begin(), 10U);
  all.log.squeeze();
  EXPECT_EQ(all.log.size(), 5U);
  EXPECT_EQ(all.log.entries()[0], headers[2]);
  EXPECT_TRUE(all.is_consistent());
}

TEST_F(GenerationsTest, ASideTableCostsAboutAHundredthOfADenseHeap) {
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(all.old.try_insert(storage, header()));
  EXPECT_LT(all.old.table_bytes(), 200'000 * sizeof(Header) / 50);
}

TEST(OwnerCounting, NeverWritesAnImmortalCell) {
  using object::OwnerCounting;
  OwnerCounting::Cell cell = 1;
  OwnerCounting::make_immortal(cell);
  const OwnerCounting::Cell before = cell;
  OwnerCounting::retain(cell);
  EXPECT_FALSE(OwnerCounting::try_release(cell));
  EXPECT_FALSE(OwnerCounting::release(cell));
  EXPECT_EQ(cell, before);
}

TEST(OwnerCounting, BecomesImmortalInsteadOfOverflowing) {
  using object::OwnerCounting;
  for (const OwnerCounting::Cell suspicion : {OwnerCounting::Cell{0}, OwnerCounting::kSuspect}) {
    OwnerCounting::Cell cell = suspicion | (OwnerCounting::kImmortalBit - 1);
    OwnerCounting::retain(cell);
    EXPECT_TRUE(OwnerCounting::is_immortal(cell));
    EXPECT_FALSE(OwnerCounting::try_release(cell));
    EXPECT_FALSE(OwnerCounting::release(cell));
  }
}

TEST(OwnerCounting, TakesAReferenceAtOnceWhereNeitherDeathNorSuspicionFollows) {
  using object::OwnerCounting;
  OwnerCounting::Cell cell;
  OwnerCounting::reset(cell, 3);
  EXPECT_FALSE(OwnerCounting::try_release(cell));
  EXPECT_FALSE(OwnerCounting::is_suspect(cell));
  EXPECT_FALSE(OwnerCounting::release(cell));
  EXPECT_TRUE(OwnerCounting::is_suspect(cell));
  OwnerCounting::retain(cell);
  EXPECT_TRUE(OwnerCounting::try_release(cell));
  EXPECT_TRUE(OwnerCounting::try_release(cell));
  EXPECT_FALSE(OwnerCounting::try_release(cell));
  EXPECT_TRUE(OwnerCounting::is_one(cell));
  EXPECT_TRUE(OwnerCounting::release(cell));
}

}  // namespace
}  // namespace exuvia::runtime
