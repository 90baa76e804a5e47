#include "gc/mark_exchange.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace exuvia::gc {
namespace {

using Letter = MarkExchange::Letter;

TEST(MarkExchange, DividesTheAddressSpaceAmongItsWorkers) {
  std::array<bool, 4> owns{};
  for (Address at = 0; at < (Address{16} << 20); at += 4096) {
    const unsigned owner = MarkExchange::owner_of(at, 4);
    ASSERT_LT(owner, 4u);
    owns[owner] = true;
    EXPECT_EQ(owner, MarkExchange::owner_of(at + 4095, 4));
    EXPECT_EQ(MarkExchange::owner_of(at, 1), 0u);
  }
  EXPECT_EQ(owns, (std::array<bool, 4>{true, true, true, true}));
}

TEST(MarkExchange, DeliversEveryLetterToItsReader) {
  MarkExchange exchange;
  exchange.open(2);
  Letter first{}, second{};
  exchange.post(1, &first);
  exchange.post(1, &second);
  EXPECT_EQ(exchange.take(0), nullptr);
  const Letter* letters = exchange.take(1);
  ASSERT_NE(letters, nullptr);
  ASSERT_NE(letters->next, nullptr);
  EXPECT_EQ(letters->next->next, nullptr);
  EXPECT_EQ(exchange.take(1), nullptr);
}

TEST(MarkExchange, SaysWhenTooMuchIsUnread) {
  MarkExchange exchange;
  exchange.open(2);
  std::vector<Letter> letters(200);
  EXPECT_FALSE(exchange.is_piled_up());
  for (Letter& letter : letters) exchange.post(1, &letter);
  EXPECT_TRUE(exchange.is_piled_up());
  exchange.take(1);
  EXPECT_FALSE(exchange.is_piled_up());
}

TEST(MarkExchange, EndsWhenAllWaitAndEveryLetterIsRead) {
  for (int round = 0; round < 200; ++round) {
    MarkExchange exchange;
    exchange.open(2);
    Letter letter{};
    std::atomic<int> read{0};
    const auto work = [&](unsigned number) {
      do {
        if (exchange.take(number) != nullptr) ++read;
      } while (exchange.wait(number));
    };
    exchange.post(1, &letter);
    std::thread helper(work, 1);
    work(0);
    helper.join();
    EXPECT_EQ(read, 1);
    EXPECT_FALSE(exchange.is_stopping());
  }
}

TEST(MarkExchange, WakesWhoWaitsForAHandfulOfLetters) {
  MarkExchange exchange;
  exchange.open(2);
  std::array<Letter, MarkExchange::kHandful> letters{};
  std::atomic<bool> woke{false};
  std::thread waiting([&] { woke = exchange.wait(1); });
  for (Letter& letter : letters) exchange.post(1, &letter);
  waiting.join();
  EXPECT_TRUE(woke);
}

TEST(MarkExchange, WakesAllWhoHaveALetterWhenAllWait) {
  MarkExchange exchange;
  exchange.open(2);
  std::array<Letter, 2> letters{};
  exchange.post(0, &letters[0]);
  exchange.post(1, &letters[1]);
  bool woke = false;
  std::thread helper([&] { woke = exchange.wait(1) && exchange.take(1) == &letters[1]; });
  EXPECT_TRUE(exchange.wait(0));
  EXPECT_EQ(exchange.take(0), &letters[0]);
  helper.join();
  EXPECT_TRUE(woke);
}

TEST(MarkExchange, TellsAllToStopWhenTheyWaitTooOften) {
  MarkExchange exchange;
  exchange.open(2);
  // Letters nobody reads: without them the two would wait, and be done.
  std::array<Letter, MarkExchange::kHandful> letters{};
  for (Letter& letter : letters) exchange.post(0, &letter);
  EXPECT_TRUE(exchange.wait(0)) << "there was work for a handful of letters";
  for (unsigned i = 0; i < MarkExchange::kMostWaits; ++i) EXPECT_TRUE(exchange.wait(0));
  EXPECT_FALSE(exchange.wait(0));
  EXPECT_TRUE(exchange.is_stopping());
  EXPECT_FALSE(exchange.wait(1));
}

}  // namespace
}  // namespace exuvia::gc
