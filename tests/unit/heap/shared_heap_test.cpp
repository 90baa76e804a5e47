#include "exuvia/heap/shared_heap.hpp"

#include <atomic>
#include <cstring>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exuvia::heap {
namespace {

void work(SharedHeap<Heap>& heap, unsigned seed, int steps) {
  std::mt19937 random(seed);
  std::vector<std::pair<unsigned char*, std::size_t>> blocks;
  for (int i = 0; i < steps; ++i) {
    if (blocks.size() > 500 || (!blocks.empty() && random() % 3 == 0)) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      const auto [p, size] = blocks.back();
      ASSERT_EQ(p[size - 1], static_cast<unsigned char>(size));
      heap.deallocate(p);
      blocks.pop_back();
    } else {
      const std::size_t size = random() % 700 + 1;
      auto* p = static_cast<unsigned char*>(heap.try_allocate(size));
      std::memset(p, static_cast<int>(size), size);
      blocks.push_back({p, size});
    }
  }
  for (const auto& block : blocks) heap.deallocate(block.first);
}

TEST(SharedHeap, ServesSeveralThreads) {
  SharedHeap<Heap> heap;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) threads.emplace_back([&heap, i] { work(heap, i, 20000); });
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(heap.is_consistent());
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
}

TEST(SharedHeap, TakesBackBlocksOnAnotherThread) {
  SharedHeap<Heap> heap;
  std::mutex mutex;
  std::deque<void*> handed_over;
  std::atomic<bool> done{false};
  std::thread taker([&] {
    for (;;) {
      const bool last = done.load(std::memory_order_acquire);  // pairs with the release below
      const std::lock_guard guard(mutex);
      for (void* p : handed_over) heap.deallocate(p);
      handed_over.clear();
      if (last) return;
    }
  });
  for (int i = 0; i < 50000; ++i) {
    void* p = heap.try_allocate(static_cast<std::size_t>(i % 600));
    const std::lock_guard guard(mutex);
    handed_over.push_back(p);
  }
  done.store(true, std::memory_order_release);  // pairs with the acquire above
  taker.join();
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
}

TEST(SharedHeap, WorksInAChildForkedWhileOtherThreadsAllocate) {
  SharedHeap<Heap> heap;
  std::atomic<bool> stop{false};
  std::thread other([&] {
    while (!stop.load(std::memory_order_relaxed)) work(heap, 1, 500);
  });
  for (int i = 0; i < 20; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(20);
      void* p = heap.try_allocate(100);
      heap.deallocate(p);
      ::_exit(p != nullptr && heap.is_consistent() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  other.join();
}

}  // namespace
}  // namespace exuvia::heap
