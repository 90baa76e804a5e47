// What must hold of lifetimes in the runtime, checked on random programs against a simple oracle.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"
#include "tests/laws/gc/random_graph.hpp"

namespace exuvia::laws {
namespace {

enum class Event { kCallback, kFinalize, kDestroy };

struct World;

// An object that tells its world of its end, and may save itself once.
struct Node {
  World* world;
  std::size_t id;
  bool saves_itself;
  std::vector<Ref<Node>> edges;

  Node(World* w, std::size_t i, bool saves) : world(w), id(i), saves_itself(saves) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();
  void finalize();
  void trace(Visitor& v) const { v(edges); }
};

// What the runtime does, as it tells.
struct World {
  Heap heap;
  std::map<std::size_t, std::vector<Ref<Node>>> roots;
  std::set<std::size_t> alive;
  std::vector<std::pair<Event, std::size_t>> events;
  std::map<std::size_t, Weak<Node>> watches;

  void note(Event event, std::size_t id) { events.emplace_back(event, id); }
};

Node::~Node() {
  world->note(Event::kDestroy, id);
  world->alive.erase(id);
}

void Node::finalize() {
  world->note(Event::kFinalize, id);
  if (saves_itself) world->roots[id].push_back(ref_to(*this));
}

// What should be: counts and reachability, computed the plain way.
class Oracle {
 public:
  struct Object {
    std::vector<std::size_t> edges;
    std::size_t held = 0;  // by roots
    bool saves_itself = false;
    bool is_finalized = false;
  };

  std::map<std::size_t, Object> objects;

  void drop_root(std::size_t id) {
    --objects.at(id).held;
    sweep_unreferenced();
  }
  void drop_edge(std::size_t from, std::size_t edge) {
    auto& edges = objects.at(from).edges;
    edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(edge));
    sweep_unreferenced();
  }

  // A collection of everything: finalizers of all the unreachable, then those die that nothing has
  // saved.
  void collect() {
    const std::set<std::size_t> before = reachable();
    for (auto& [id, object] : objects) {
      if (!before.contains(id)) finalize(object);
    }
    const std::set<std::size_t> after = reachable();
    std::erase_if(objects, [&](const auto& entry) { return !after.contains(entry.first); });
    sweep_unreferenced();
  }

  std::set<std::size_t> reachable() const {
    std::set<std::size_t> seen;
    std::vector<std::size_t> todo;
    const auto reach = [&](std::size_t id) {
      if (seen.insert(id).second) todo.push_back(id);
    };
    for (const auto& [id, object] : objects) {
      if (object.held != 0) reach(id);
    }
    while (!todo.empty()) {
      const std::size_t id = todo.back();
      todo.pop_back();
      for (const std::size_t to : objects.at(id).edges) reach(to);
    }
    return seen;
  }

  std::set<std::size_t> alive() const {
    std::set<std::size_t> ids;
    for (const auto& [id, object] : objects) ids.insert(id);
    return ids;
  }

  std::size_t count(std::size_t id) const {
    std::size_t count = objects.at(id).held;
    for (const auto& [other, object] : objects) {
      count += static_cast<std::size_t>(std::count(object.edges.begin(), object.edges.end(), id));
    }
    return count;
  }

 private:
  static void finalize(Object& object) {
    if (object.is_finalized) return;
    object.is_finalized = true;
    if (object.saves_itself) ++object.held;
  }

  // What nothing refers to dies at once, and what hangs from it.
  void sweep_unreferenced() {
    for (bool again = true; again;) {
      again = false;
      for (auto it = objects.begin(); it != objects.end();) {
        if (count(it->first) == 0) finalize(it->second);
        if (count(it->first) == 0) {
          it = objects.erase(it);
          again = true;
        } else {
          ++it;
        }
      }
    }
  }
};

// A random program, run on both.
class Program {
 public:
  Program(std::uint64_t seed, World& world, Policy policy)
      : random_(seed), world_(world), scope_(world.heap) {
    world_.heap.collector().set_policy(policy);
    // Steps of the incremental policy look at a handful of objects.
    world_.heap.collector().set_thresholds({0, 1000, 0});
  }

  void step() {
    switch (random_() % 8) {
      case 0:
      case 1:
        return make();
      case 2:
      case 3:
        return link();
      case 4:
        return unlink();
      case 5:
        return drop();
      case 6:
        return watch();
      default:
        return;
    }
  }

  void collect_all() {
    world_.events.clear();
    world_.heap.collector().collect();
    oracle_.collect();
  }

  // A young collection is free in what it finds, but whatever it finds was unreachable.
  void collect_young(unsigned generation) {
    const std::set<std::size_t> reachable = oracle_.reachable();
    world_.heap.collector().collect(generation);
    for (const std::size_t id : reachable) ASSERT_TRUE(world_.alive.contains(id));
    adopt_deaths();
  }

  void expect_same() {
    ASSERT_EQ(world_.alive, oracle_.alive());
    ASSERT_EQ(world_.heap.object_count(), oracle_.objects.size());
    for (const auto& [id, refs] : world_.roots) {
      if (!refs.empty()) {
        ASSERT_EQ(refs[0].use_count(), oracle_.count(id));
      }
    }
    for (const auto& [id, weak] : world_.watches)
      ASSERT_LE(!weak.expired(), world_.alive.contains(id));
  }

  const Oracle& oracle() const { return oracle_; }

  void finish() {
    while (!world_.roots.empty()) {
      std::exchange(world_.roots, {}).clear();
      world_.heap.collector().collect();
    }
    ASSERT_EQ(world_.heap.object_count(), 0U);
  }

 private:
  void make() {
    const std::size_t id = next_++;
    const bool saves = random_() % 6 == 0;
    world_.roots[id].push_back(exuvia::make<Node>(&world_, id, saves));
    world_.alive.insert(id);
    oracle_.objects[id].held = 1;
    oracle_.objects[id].saves_itself = saves;
  }

  // A root that is held; nothing if there is none.
  std::optional<std::size_t> any_root() {
    std::erase_if(world_.roots, [](const auto& entry) { return entry.second.empty(); });
    if (world_.roots.empty()) return std::nullopt;
    auto it = world_.roots.begin();
    std::advance(it, random_() % world_.roots.size());
    return it->first;
  }

  void link() {
    const auto from = any_root();
    const auto to = any_root();
    if (!from) return;
    world_.roots[*from][0]->edges.push_back(world_.roots[*to][0]);
    oracle_.objects[*from].edges.push_back(*to);
  }

  void unlink() {
    const auto from = any_root();
    if (!from) return;
    Node& node = *world_.roots[*from][0];
    if (node.edges.empty()) return;
    const std::size_t edge = random_() % node.edges.size();
    const Ref<Node> keep = world_.roots[*from][0];
    Ref<Node> gone = std::move(node.edges[edge]);
    node.edges.erase(node.edges.begin() + static_cast<std::ptrdiff_t>(edge));
    gone.reset();
    oracle_.drop_edge(*from, edge);
  }

  void drop() {
    const auto id = any_root();
    if (!id) return;
    Ref<Node> gone = std::move(world_.roots[*id].back());
    world_.roots[*id].pop_back();
    gone.reset();
    oracle_.drop_root(*id);
  }

  void watch() {
    const auto id = any_root();
    if (!id) return;
    world_.watches[*id] =
        Weak<Node>(world_.roots[*id][0], [this, id] { world_.note(Event::kCallback, *id); });
  }

  // Takes over into the oracle which unreachable objects have been finalized and have died.
  void adopt_deaths() {
    for (const auto& [event, id] : world_.events) {
      if (event == Event::kFinalize && oracle_.objects.contains(id) &&
          !oracle_.objects[id].is_finalized) {
        oracle_.objects[id].is_finalized = true;
        if (oracle_.objects[id].saves_itself) ++oracle_.objects[id].held;
      }
    }
    std::erase_if(oracle_.objects,
                  [this](const auto& entry) { return !world_.alive.contains(entry.first); });
  }

  std::mt19937_64 random_;
  World& world_;
  HeapScope scope_;
  Oracle oracle_;
  std::size_t next_ = 0;
};

class LifetimeLaws : public testing::TestWithParam<Policy> {};

INSTANTIATE_TEST_SUITE_P(Policies, LifetimeLaws,
                         testing::Values(Policy::kGenerational, Policy::kIncremental),
                         [](const auto& policy) {
                           return policy.param == Policy::kGenerational ? "Generational"
                                                                        : "Incremental";
                         });

TEST_P(LifetimeLaws, WhatIsUnreachableDiesWhenAndAsTheOracleSays) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    Program program(seed, world, GetParam());
    for (int round = 0; round < 4; ++round) {
      for (int i = 0; i < 60; ++i) {
        program.step();
        program.expect_same();
        if (testing::Test::HasFailure()) return;
      }
      program.collect_all();
      program.expect_same();
    }
    program.finish();
    if (testing::Test::HasFailure()) return;
  }
}

TEST_P(LifetimeLaws, YoungCollectionsEndNoReachableLife) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    Program program(seed + 1000, world, GetParam());
    for (int round = 0; round < 12; ++round) {
      for (int i = 0; i < 20; ++i) program.step();
      program.collect_young(static_cast<unsigned>(round % 3));
      program.expect_same();
      if (testing::Test::HasFailure()) return;
    }
    program.finish();
  }
}

TEST_P(LifetimeLaws, CallbacksPrecedeFinalizersPrecedeDestructors) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    Program program(seed + 5000, world, GetParam());
    for (int i = 0; i < 200; ++i) program.step();
    program.collect_all();
    const auto by_kind = [](const auto& a, const auto& b) { return a.first < b.first; };
    EXPECT_TRUE(std::is_sorted(world.events.begin(), world.events.end(), by_kind));
    program.finish();
  }
}

TEST_P(LifetimeLaws, NothingIsFinalizedOrDestroyedTwice) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    Program program(seed + 9000, world, GetParam());
    for (int i = 0; i < 300; ++i) program.step();
    program.finish();
    std::set<std::pair<Event, std::size_t>> seen;
    for (const auto& event : world.events) {
      if (event.first != Event::kCallback) {
        EXPECT_TRUE(seen.insert(event).second);
      }
    }
  }
}

TEST_P(LifetimeLaws,
       WhatIsGarbageNowIsGoneWhenTheOldHaveBeenSearchedTwiceWhateverHappensMeanwhile) {
  constexpr int kStepsOfTwoSearches = 400;
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    SCOPED_TRACE(seed);
    World world;
    Program program(seed + 7000, world, GetParam());
    for (int i = 0; i < 400; ++i) program.step();
    Oracle future = program.oracle();
    future.collect();
    std::set<std::size_t> doomed = program.oracle().alive();
    std::erase_if(doomed, [&](std::size_t id) { return future.objects.contains(id); });
    for (int i = 0; i < kStepsOfTwoSearches; ++i) {
      program.step();
      program.collect_young(GetParam() == Policy::kIncremental ? 1U : 2U);
      if (testing::Test::HasFailure()) return;
    }
    for (const std::size_t id : doomed) EXPECT_FALSE(world.alive.contains(id)) << id;
    program.finish();
  }
}

// Objects of the engine's random graphs.
struct GraphWorld {
  struct Object {
    std::vector<Ref<Object>> edges;
  };
  using Id = Object*;

  Id make(std::size_t edges, bool) {
    held.push_back(exuvia::make<Object>(std::vector<Ref<Object>>(edges)));
    return held.back().get();
  }
  void link(Id from, std::size_t edge, Id to) { from->edges[edge] = ref_to(*to); }
  void hold_as_root(Id object) { roots.push_back(ref_to(*object)); }
  void let_go(Id) {}

  std::vector<Ref<Object>> held;  // by their maker
  std::vector<Ref<Object>> roots;
};

TEST_P(LifetimeLaws, LargeGraphsLoseWhatTheirRootsDoNotReach) {
  for (const unsigned workers : {1U, 2U, 4U}) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const Graph graph = random_graph(seed, seed < 5 ? 3000 : 60'000, 1 + seed * 20);
      Heap heap;
      const HeapScope scope(heap);
      heap.collector().set_policy(GetParam());
      heap.collector().set_workers(workers);
      GraphWorld world;
      build(world, graph, seed);
      world.held.clear();
      heap.collector().collect();
      const std::vector<bool> alive = graph.reachable();
      EXPECT_EQ(heap.object_count(),
                static_cast<std::size_t>(std::count(alive.begin(), alive.end(), true)));
      world.roots.clear();
      heap.collector().collect();
      EXPECT_EQ(heap.object_count(), 0U);
    }
  }
}

TEST_P(LifetimeLaws, AutomaticCollectionsBoundTheGarbage) {
  Heap heap;
  const HeapScope scope(heap);
  heap.collector().set_policy(GetParam());
  std::size_t most = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto a = make<Link>();
    a->next = make<Link>(a);
    most = std::max(most, heap.object_count());
  }
  EXPECT_LT(most, 3000U);
}

}  // namespace
}  // namespace exuvia::laws
