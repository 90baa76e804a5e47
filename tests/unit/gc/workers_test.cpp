#include "gc/workers.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <set>

namespace exuvia::gc {
namespace {

std::set<unsigned> numbers_that_took_part(Workers& workers) {
  std::array<std::atomic<unsigned>, Workers::kMost> calls{};
  workers.prepare();
  workers.run([&](unsigned number) noexcept { ++calls[number]; });
  std::set<unsigned> numbers;
  for (unsigned i = 0; i < Workers::kMost; ++i) {
    EXPECT_LE(calls[i], 1u);
    if (calls[i] == 1) numbers.insert(i);
  }
  return numbers;
}

TEST(Workers, AloneAreTheCaller) {
  Workers workers(1);
  EXPECT_EQ(workers.prepare(), 1u);
  EXPECT_EQ(numbers_that_took_part(workers), (std::set<unsigned>{0}));
}

TEST(Workers, EachTakePartOnceInEveryJob) {
  Workers workers(4);
  EXPECT_EQ(workers.prepare(), 4u);
  for (int job = 0; job < 200; ++job) {
    EXPECT_EQ(numbers_that_took_part(workers), (std::set<unsigned>{0, 1, 2, 3}));
  }
}

TEST(Workers, AreAtLeastOneAndAtMostSixtyFour) {
  EXPECT_EQ(Workers(0).wanted(), 1u);
  EXPECT_EQ(Workers(1000).wanted(), 64u);
}

TEST(Workers, RunTheFirstNumberOnTheCallingThread) {
  Workers workers(3);
  workers.prepare();
  const pthread_t caller = pthread_self();
  workers.run([&](unsigned number) noexcept {
    EXPECT_EQ(pthread_equal(pthread_self(), caller) != 0, number == 0);
  });
}

TEST(Workers, BlockAllSignals) {
  Workers workers(2);
  workers.prepare();
  std::atomic<bool> blocked{false};
  workers.run([&](unsigned number) noexcept {
    if (number == 0) return;
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    blocked = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGTERM) == 1;
  });
  EXPECT_TRUE(blocked);
}

TEST(Workers, StartAnewAfterTheyWereShutDownOrTheirNumberChanged) {
  Workers workers(3);
  EXPECT_EQ(numbers_that_took_part(workers).size(), 3u);
  workers.shut_down();
  EXPECT_EQ(numbers_that_took_part(workers).size(), 3u);
  workers.set_wanted(2);
  EXPECT_EQ(numbers_that_took_part(workers).size(), 2u);
  workers.set_wanted(5);
  EXPECT_EQ(numbers_that_took_part(workers).size(), 5u);
}

#if !defined(__SANITIZE_THREAD__)  // TSan cannot follow a child that starts threads.
TEST(Workers, StartAnewInAForkedChildAndGoOnInTheParent) {
  Workers workers(3);
  EXPECT_EQ(numbers_that_took_part(workers).size(), 3u);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool right = numbers_that_took_part(workers).size() == 3;
    workers.shut_down();
    _exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_EQ(numbers_that_took_part(workers).size(), 3u);
}

TEST(Workers, EndWithAForkedChildThatNeverUsesThem) {
  Workers workers(3);
  workers.prepare();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    workers.shut_down();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}
#endif

}  // namespace
}  // namespace exuvia::gc
