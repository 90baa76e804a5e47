// What must hold of every full collection, whatever the object model.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <set>

#include "exuvia/platform/fake_platform.hpp"
#include "tests/laws/gc/random_graph.hpp"
#include "tests/laws/gc/world.hpp"

namespace exuvia::laws {
namespace {

using object::Address;

// A host seen through something that goes wrong.
template <class Host>
struct Forwarding {
  using Model = typename Host::Model;
  Host& host;

  Model& model() noexcept { return host.model(); }
  template <class Visit>
  void for_each_root(Visit&& visit) {
    host.for_each_root(visit);
  }
  template <class Marks, class Visit>
  void for_each_candidate(const Marks& marks, Visit&& visit) {
    host.for_each_candidate(marks, visit);
  }
  template <class Visit>
  void for_each_tracked(Visit&& visit) {
    host.for_each_tracked(visit);
  }
  template <class Finder>
  std::size_t dispose(Finder& finder) {
    return host.dispose(finder);
  }
};

// Forgets all roots but one in `share`; with share 0 all of them.
template <class Host>
struct ForgetsRoots : Forwarding<Host> {
  unsigned share = 0;

  template <class Visit>
  void for_each_root(Visit&& visit) {
    unsigned i = 0;
    this->host.for_each_root([&](Address root) {
      if (share != 0 && i++ % share == 0) visit(root);
    });
  }
};

// Loses marks: takes every third marked object for a candidate too.
template <class Host>
struct LosesMarks : Forwarding<Host> {
  template <class Marks, class Visit>
  void for_each_candidate(const Marks& marks, Visit&& visit) {
    this->host.for_each_candidate(marks, visit);
    unsigned i = 0;
    this->host.for_each_tracked([&](Address object) {
      if (marks.test(object) && i++ % 3 == 0) visit(object);
    });
  }
};

// Makes the memory of all tracked objects read-only from the first question until disposal.
// Objects too large for the heap's pools share their OS pages with malloc's own data, so they are
// left out.
template <class Host>
struct WriteProtected : Forwarding<Host> {
  static constexpr Address kOsPage = 4096;
  std::set<Address> os_pages;

  void protect(int protection) {
    for (const Address os_page : os_pages) {
      ASSERT_EQ(::mprotect(reinterpret_cast<void*>(os_page), kOsPage, protection), 0);
    }
  }
  template <class Visit>
  void for_each_root(Visit&& visit) {
    this->host.for_each_tracked([&](Address object) {
      const bool is_in_pool = this->host.heap().owns(reinterpret_cast<void*>(object));
      if (is_in_pool) os_pages.insert(object & ~(kOsPage - 1));
    });
    protect(PROT_READ);
    this->host.for_each_root(visit);
  }
  template <class Finder>
  std::size_t dispose(Finder& finder) {
    protect(PROT_READ | PROT_WRITE);
    return this->host.dispose(finder);
  }
};

template <class Host>
gc::Collection collect(Host& host, unsigned workers = 1,
                       gc::SideMemory& memory = gc::system_side_memory(),
                       gc::TracerLimits limits = {}) {
  gc::Workers threads(workers);
  return gc::Collector<Host>(host, threads, memory, limits).collect();
}

// The graph of a world, the oracle's knowledge of it, and the comparison of both.
template <class World>
class Scene {
 public:
  Scene(std::uint64_t seed, std::size_t most, unsigned root_share)
      : graph_(random_graph(seed, most, root_share)),
        alive_(graph_.reachable()),
        ids_(build(world, graph_, seed)) {}

  std::size_t expected_live() const {
    return static_cast<std::size_t>(std::count(alive_.begin(), alive_.end(), true));
  }

  // Everything reachable is there, unchanged, with the count that its references from the living
  // make.
  void expect_reachable_intact() {
    std::vector<std::size_t> references(ids_.size());
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (alive_[i]) expect_edges(i, references);
    }
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (alive_[i]) referrers_[i] = references[i] + (graph_.is_root[i] ? 1 : 0);
    }
  }

  void expect_exactly_reachable_lives() {
    EXPECT_EQ(world.live(), expected_live());
    expect_reachable_intact();
    for (const auto& [i, count] : referrers_) EXPECT_EQ(world.count(ids_[i]), count);
  }

  World world;

 private:
  void expect_edges(std::size_t i, std::vector<std::size_t>& references) {
    for (std::size_t e = 0; e < graph_.edges[i].size(); ++e) {
      const std::size_t to = graph_.edges[i][e];
      ASSERT_EQ(world.target(ids_[i], e), to == Graph::kNowhere ? nullptr : ids_[to]);
      if (to != Graph::kNowhere) ++references[to];
    }
  }

  Graph graph_;
  std::vector<bool> alive_;
  std::vector<typename World::Id> ids_;
  std::map<std::size_t, std::size_t> referrers_;
};

template <class World>
class CollectionLaws : public testing::Test {
 protected:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr std::size_t kDepth = 300'000;
  static constexpr std::uint64_t kSeeds = 20;
#else
  static constexpr std::size_t kDepth = 10'000'000;
  static constexpr std::uint64_t kSeeds = 60;
#endif

  // A chain of `length` objects, the first of which refers to the second and so on; the first is
  // returned, held.
  static typename World::Id chain(World& world, std::size_t length, std::size_t edges = 1) {
    typename World::Id first = world.make(edges);
    for (std::size_t i = 1; i < length; ++i) {
      typename World::Id before = world.make(edges);
      world.link(before, edges - 1, first);
      world.let_go(first);
      first = before;
    }
    return first;
  }

  // A chain that is a cycle, and held by nothing else.
  static void garbage_cycle(World& world, std::size_t length) {
    typename World::Id last = world.make(1);
    typename World::Id first = last;
    for (std::size_t i = 1; i < length; ++i) {
      typename World::Id before = world.make(1);
      world.link(before, 0, first);
      world.let_go(first);
      first = before;
    }
    world.link(last, 0, first);
    world.let_go(first);
  }
};

using Worlds = testing::Types<TinyWorld>;
TYPED_TEST_SUITE(CollectionLaws, Worlds);

TYPED_TEST(CollectionLaws, AllThatIsUnreachableDiesAndNothingElse) {
  for (std::uint64_t seed = 0; seed < this->kSeeds; ++seed) {
    for (const unsigned workers : {1u, 2u, 4u}) {
      Scene<TypeParam> scene(seed, 3000, 1 + seed % 40);
      const gc::Collection done = collect(scene.world.host(), workers);
      EXPECT_TRUE(done.completed);
      // The atoms that only garbage refers to die with it.
      EXPECT_LE(done.unreachable, done.disposed);
      EXPECT_EQ(done.miscounted, 0u);
      scene.expect_exactly_reachable_lives();
    }
  }
}

TYPED_TEST(CollectionLaws, AllThatIsUnreachableDiesInAHeapLargeEnoughToShare) {
  for (const unsigned workers : {1u, 2u, 4u}) {
    Scene<TypeParam> large(1234, 200'000, 50'000);
    collect(large.world.host(), workers);
    large.expect_exactly_reachable_lives();
  }
}

TYPED_TEST(CollectionLaws, ASecondCollectionFindsNothing) {
  Scene<TypeParam> scene(7, 3000, 20);
  collect(scene.world.host());
  const gc::Collection again = collect(scene.world.host());
  EXPECT_EQ(again.unreachable, 0u);
  EXPECT_EQ(again.candidates, 0u);
  scene.expect_exactly_reachable_lives();
}

TYPED_TEST(CollectionLaws, ForgottenRootsChangeNothing) {
  for (const unsigned workers : {1u, 3u}) {
    for (const unsigned share : {0u, 2u, 10u}) {
      Scene<TypeParam> scene(share + 40, 100'000, 100);
      ForgetsRoots<typename TypeParam::Host> host{{scene.world.host()}, share};
      EXPECT_TRUE(collect(host, workers).completed);
      scene.expect_exactly_reachable_lives();
    }
  }
}

TYPED_TEST(CollectionLaws, LostMarksChangeNothing) {
  for (std::uint64_t seed = 0; seed < this->kSeeds; ++seed) {
    Scene<TypeParam> scene(seed, 3000, 10);
    LosesMarks<typename TypeParam::Host> host{{scene.world.host()}};
    EXPECT_TRUE(collect(host, 1 + seed % 3).completed);
    scene.expect_exactly_reachable_lives();
  }
}

TYPED_TEST(CollectionLaws, NothingIsWrittenToObjectsBeforeDisposal) {
  for (const unsigned workers : {1u, 2u}) {
    for (const unsigned root_share : {1u, 30u}) {
      Scene<TypeParam> scene(root_share, 20'000, root_share);
      WriteProtected<typename TypeParam::Host> host{{scene.world.host()}, {}};
      EXPECT_TRUE(collect(host, workers).completed);
      EXPECT_FALSE(host.os_pages.empty());
      scene.expect_exactly_reachable_lives();
    }
  }
}

TYPED_TEST(CollectionLaws, ADeepChainThatLivesOverflowsNothing) {
  for (const unsigned workers : {1u, 2u}) {
    TypeParam world;
    world.hold_as_root(this->chain(world, this->kDepth / workers));
    const gc::Collection done = collect(world.host(), workers);
    EXPECT_EQ(done.marked, this->kDepth / workers);
    EXPECT_EQ(done.unreachable, 0u);
    world.clear_roots();
    EXPECT_EQ(world.live(), 0u);
  }
}

TYPED_TEST(CollectionLaws, ADeepChainWithoutItsRootIsFoundAliveWithoutOverflow) {
  TypeParam world;
  world.hold_as_root(this->chain(world, this->kDepth / 5));
  ForgetsRoots<typename TypeParam::Host> host{{world.host()}};
  EXPECT_EQ(collect(host).unreachable, 0u);
  EXPECT_EQ(world.live(), this->kDepth / 5);
}

TYPED_TEST(CollectionLaws, ADeepChainThatIsGarbageDiesWithoutOverflow) {
  TypeParam world;
  this->garbage_cycle(world, this->kDepth / 2);
  EXPECT_EQ(collect(world.host()).disposed, this->kDepth / 2);
  EXPECT_EQ(world.live(), 0u);
}

TYPED_TEST(CollectionLaws, AChainNeedsNoStackToSpeakOf) {
  TypeParam world;
  world.hold_as_root(this->chain(world, 100'000, 4));
  const gc::Collection done =
      collect(world.host(), 1, gc::system_side_memory(), {std::size_t{256} << 10});
  EXPECT_EQ(done.marked, 100'000u);
  EXPECT_EQ(done.candidates, 0u);
}

TYPED_TEST(CollectionLaws, AHugeObjectIsTracedInSlicesByAnyNumberOfWorkers) {
  for (const unsigned workers : {1u, 2u, 4u}) {
    TypeParam world;
    const std::size_t items = 300'000;
    auto list = world.make(items);
    for (std::size_t i = 0; i < items; ++i) {
      auto item = world.make(1, i % 11 == 0);
      world.link(item, 0, list);
      world.link(list, i, item);
      world.let_go(item);
    }
    world.hold_as_root(list);
    const gc::Collection done = collect(world.host(), workers);
    EXPECT_GE(done.marked, items + 1);
    EXPECT_EQ(world.live(), items + 1);
    world.clear_roots();
    EXPECT_EQ(collect(world.host(), workers).disposed, items + 1);
    EXPECT_EQ(world.live(), 0u);
  }
}

TYPED_TEST(CollectionLaws, AStackWithoutMemoryChangesNothing) {
  for (const std::size_t budget : {std::size_t{0}, std::size_t{256} << 10}) {
    Scene<TypeParam> scene(3, 200'000, 2);
    collect(scene.world.host(), 2, gc::system_side_memory(), {budget});
    scene.expect_exactly_reachable_lives();
  }
}

TYPED_TEST(CollectionLaws, FailingMemoryNeverEndsALife) {
  std::uint64_t failures = 0;
  for (std::uint64_t call = 0; call < 60; ++call) {
    Scene<TypeParam> scene(call, 3000, 20);
    platform::FakeControl control;
    control.fail_from = call;
    gc::PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
    const std::size_t before = scene.world.live();
    const gc::Collection done = collect(scene.world.host(), 1 + call % 2, memory);
    scene.expect_reachable_intact();
    EXPECT_EQ(scene.world.live() + done.disposed, before);
    EXPECT_EQ(control.reserved, 0u) << "side memory is kept after a collection";
    failures += control.failures;
    collect(scene.world.host());
    scene.expect_exactly_reachable_lives();
  }
  EXPECT_GT(failures, 0u);
}

TYPED_TEST(CollectionLaws, MemoryThatStaysRefusedNeverEndsALife) {
  for (std::uint64_t call = 0; call < 40; ++call) {
    Scene<TypeParam> scene(call, 3000, 20);
    platform::FakeControl control;
    control.fail_from = call;
    control.fail_count = 1'000'000;
    gc::PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
    collect(scene.world.host(), 1, memory);
    scene.expect_reachable_intact();
    EXPECT_EQ(control.reserved, 0u);
  }
}

TYPED_TEST(CollectionLaws, ACountThatIsTooLowIsReportedAndItsObjectLives) {
  TypeParam world;
  auto a = world.make(2);
  auto b = world.make(1);
  world.link(a, 0, b);
  world.link(a, 1, b);
  world.link(b, 0, a);
  world.let_go(a);
  world.let_go(b);
  world.set_count(b, 1);
  const gc::Collection done = collect(world.host());
  EXPECT_EQ(done.miscounted, 1u);
  EXPECT_EQ(done.unreachable, 0u);
  EXPECT_EQ(world.live(), 2u);
  world.set_count(b, 2);
  EXPECT_EQ(collect(world.host()).disposed, 2u);
}

TYPED_TEST(CollectionLaws, ACountThatIsTooHighKeepsItsObjectAlive) {
  TypeParam world;
  auto a = world.make(1);
  world.link(a, 0, a);
  world.set_count(a, 0xFFFF'FFF0u);
  EXPECT_EQ(collect(world.host()).unreachable, 0u);
  world.set_count(a, 1);
  EXPECT_EQ(collect(world.host()).disposed, 1u);
}

}  // namespace
}  // namespace exuvia::laws
