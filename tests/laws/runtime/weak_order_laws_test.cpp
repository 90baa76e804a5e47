// What a finalizer may still see through a Weak, on random graphs, in both orders of CPython.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "exuvia/runtime.hpp"

namespace exuvia::laws {
namespace {

// Tells, when it is finalized, whether it can lock what it watches.
struct Watcher {
  std::size_t id;
  std::map<std::size_t, bool>* could_lock;
  std::vector<Ref<Watcher>> edges;
  Weak<Watcher> plain;
  Weak<Watcher> told;

  void finalize() const {
    (*could_lock)[2 * id] = plain.lock() != nullptr;
    (*could_lock)[2 * id + 1] = told.lock() != nullptr;
  }
};

std::vector<bool> reachable(const std::vector<std::vector<std::size_t>>& edges,
                            std::vector<std::size_t> todo) {
  std::vector<bool> seen(edges.size());
  while (!todo.empty()) {
    const std::size_t id = todo.back();
    todo.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    todo.insert(todo.end(), edges[id].begin(), edges[id].end());
  }
  return seen;
}

using Orders = testing::TestWithParam<std::tuple<Policy, WeakOrder>>;

INSTANTIATE_TEST_SUITE_P(
    Policies, Orders,
    testing::Combine(testing::Values(Policy::kGenerational, Policy::kIncremental),
                     testing::Values(WeakOrder::kBeforeFinalizers, WeakOrder::kAfterFinalizers)));

TEST_P(Orders, AllowAFinalizerToSeeOfItsGarbageWhatTheOracleSays) {
  constexpr std::size_t kNodes = 60;
  const auto [policy, order] = GetParam();
  std::size_t finalized = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::map<std::size_t, bool> could_lock;
    Heap heap;
    const HeapScope scope(heap);
    heap.collector().set_policy(policy);
    heap.collector().set_weak_order(order);
    std::vector<std::vector<std::size_t>> edges(kNodes);
    std::vector<std::size_t> watched(kNodes);
    std::vector<Ref<Watcher>> roots(kNodes);
    for (std::size_t id = 0; id < kNodes; ++id) roots[id] = make<Watcher>(id, &could_lock);
    for (std::size_t id = 0; id < kNodes; ++id) {
      edges[id] = {id, random() % kNodes};
      for (const std::size_t to : edges[id]) roots[id]->edges.push_back(roots[to]);
      watched[id] = random() % kNodes;
      roots[id]->plain = roots[watched[id]];
      roots[id]->told = Weak<Watcher>(roots[watched[id]], [] {});
    }
    std::vector<std::size_t> kept;
    for (std::size_t id = 0; id < kNodes; ++id) {
      if (random() % 8 == 0) {
        kept.push_back(id);
      } else {
        roots[id].reset();
      }
    }
    heap.collector().collect();
    const std::vector<bool> lives = reachable(edges, kept);
    for (std::size_t id = 0; id < kNodes; ++id) {
      EXPECT_EQ(could_lock.contains(2 * id), !lives[id]);
      if (lives[id]) continue;
      const bool target_lives = lives[watched[id]];
      EXPECT_EQ(could_lock[2 * id], target_lives || order == WeakOrder::kAfterFinalizers);
      EXPECT_EQ(could_lock[2 * id + 1], target_lives);
      ++finalized;
    }
    roots.clear();
    heap.collector().collect();
    EXPECT_EQ(heap.object_count(), 0U);
  }
  EXPECT_GT(finalized, 500U);
}

}  // namespace
}  // namespace exuvia::laws
