#include "exuvia/platform/fork_safe_lock.hpp"

#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exuvia::platform {
namespace {

TEST(ForkSafeLock, LetsOneThreadInAtATime) {
  ForkSafeLock lock;
  int counter = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50'000; ++k) {
        const std::lock_guard guard(lock);
        ++counter;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(counter, 200'000);
}

TEST(ForkSafeLock, IsFreeInAForkedChild) {
  ForkSafeLock first;
  ForkSafeLock second;
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    const std::lock_guard a(first);
    const std::lock_guard b(second);
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const std::lock_guard guard(first);
}

}  // namespace
}  // namespace exuvia::platform
