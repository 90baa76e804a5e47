#include "exuvia/runtime/weak.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime_objects.hpp"

namespace exuvia {
namespace {

struct Node {
  Ref<Node> next;
  int value = 0;
};

TEST(Weak, LocksItsObjectWhileItLives) {
  Ref<Node> node = make<Node>(nullptr, 7);
  const Weak<Node> weak = node;
  EXPECT_EQ(weak.lock()->value, 7);
  EXPECT_EQ(node.use_count(), 1U);
  node.reset();
  EXPECT_TRUE(weak.expired());
  EXPECT_EQ(weak.lock(), nullptr);
}

TEST(Weak, IsExpiredWhenEmpty) {
  const Weak<Node> weak;
  EXPECT_TRUE(weak.expired());
  EXPECT_EQ(weak.lock(), nullptr);
  EXPECT_TRUE(Weak<Node>(Ref<Node>()).expired());
}

TEST(Weak, SharesOneCellAmongThoseWithoutCallback) {
  const Ref<Node> node = make<Node>();
  const Weak<Node> a = node;
  const Weak<Node> b = node;
  EXPECT_EQ(a, b);
  EXPECT_NE(a, Weak<Node>(node, [] {}));
  std::unordered_set<Weak<Node>> set{a, b};
  EXPECT_EQ(set.size(), 1U);
}

TEST(Weak, StaysEqualAfterTheObjectDies) {
  Ref<Node> node = make<Node>();
  const Weak<Node> a = node;
  const Weak<Node> b = a;
  node.reset();
  EXPECT_EQ(a, b);
}

TEST(Weak, KeepsItsPlaceInASetAfterTheObjectDies) {
  Ref<Node> a = make<Node>();
  const Ref<Node> b = make<Node>();
  const Weak<Node> watch_a = a;
  std::set<Weak<Node>> set{watch_a, b};
  a.reset();
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ(set.count(watch_a), 1U);
  EXPECT_EQ(set.count(b), 1U);
}

TEST(Weak, CallsBackOnceWhenTheObjectDies) {
  int calls = 0;
  Ref<Node> node = make<Node>();
  const Weak<Node> weak(node, [&calls] { ++calls; });
  const Weak<Node> copy = weak;
  node.reset();
  EXPECT_EQ(calls, 1);
}

TEST(Weak, DoesNotCallBackOnceItIsGone) {
  int calls = 0;
  Ref<Node> node = make<Node>();
  {
    const Weak<Node> weak(node, [&calls] { ++calls; });
  }
  node.reset();
  EXPECT_EQ(calls, 0);
}

TEST(Weak, IsClearedBeforeAnyCallbackRuns) {
  Ref<Node> node = make<Node>();
  const Weak<Node> plain = node;
  bool was_expired = false;
  const Weak<Node> first(node, [&] { was_expired = plain.expired(); });
  node.reset();
  EXPECT_TRUE(was_expired);
}

TEST(Weak, RunsTheOthersWhenACallbackDropsOne) {
  int calls = 0;
  Ref<Node> node = make<Node>();
  std::optional<Weak<Node>> second;
  const Weak<Node> called_last(node, [&] { ++calls; });
  second.emplace(node, [&] { ++calls; });
  const Weak<Node> called_first(node, [&] {
    ++calls;
    second.reset();
  });
  node.reset();
  EXPECT_EQ(calls, 2);
}

struct Watcher {
  Ref<Watcher> self;
  Weak<Node> watch;
};

TEST(Weak, CallsBackThoughACopyOfItDiesInACollectionMeanwhile) {
  int calls = 0;
  Ref<Node> node = make<Node>();
  const Weak<Node> called_last(node, [&] { ++calls; });
  Ref<Watcher> garbage = make<Watcher>();
  garbage->self = garbage;
  garbage->watch = called_last;
  const Weak<Watcher> called_in_the_collection(garbage, [&] { ++calls; });
  garbage.reset();
  const Weak<Node> called_first(node, [] { collect(); });
  node.reset();
  EXPECT_EQ(calls, 2);
}

TEST(Weak, IsNotCalledBackWhereAnotherCallbackDropsTheLastCopyThatIsNoGarbage) {
  int calls = 0;
  Ref<Watcher> watched = make<Watcher>();
  watched->self = watched;
  Weak<Watcher> called_last(watched, [&] { ++calls; });
  struct Holder {
    Ref<Watcher> watched;
    Ref<Holder> self;
    Weak<Watcher> watch;
  };
  Ref<Holder> garbage = make<Holder>(watched, nullptr, called_last);
  garbage->self = garbage;
  const Weak<Watcher> called_first(watched, [&] { called_last = {}; });
  watched.reset();
  garbage.reset();
  EXPECT_EQ(collect(), 2U);
  EXPECT_EQ(calls, 0);
}

TEST(Weak, LetsItsCallbackLookAtTheObjectByItsAddress) {
  int deaths = 0;
  Ref<Mortal> object = make<Mortal>(deaths);
  Mortal* const address = object.get();
  const Weak<Mortal> weak(object, [&] {
    const Ref<Mortal> again = ref_to(*address);
    const Weak<Mortal> other(again, [] {});
    EXPECT_EQ(deaths, 0);
  });
  object.reset();
  EXPECT_EQ(deaths, 1);
}

TEST(WeakDeathTest, RefusesACallbackThatLetsItsDeadObjectEscape) {
  int deaths = 0;
  Ref<Mortal> object = make<Mortal>(deaths);
  Mortal* const address = object.get();
  Ref<Mortal> escaped;
  const Weak<Mortal> weak(object, [&] { escaped = ref_to(*address); });
  EXPECT_DEATH(object.reset(), "the callback of a Weak let a reference to its dead object escape");
}

TEST(Weak, HandsAnExceptionOfItsCallbackToTheHook) {
  Heap heap;
  const HeapScope scope(heap);
  std::string where;
  heap.collector().set_unraisable_hook(
      [&](const char* place, std::exception_ptr) { where = place; });
  Ref<Node> node = make<Node>();
  const Weak<Node> weak(node, [] { throw std::runtime_error("no"); });
  node.reset();
  EXPECT_EQ(where, "the callback of a Weak");
}

TEST(Weak, ConvertsToABase) {
  struct Base {
    int b = 1;
  };
  struct Derived : Base {
    int d = 2;
  };
  Ref<Derived> derived = make<Derived>();
  const Weak<Derived> weak = derived;
  const Weak<Base> base = weak;
  EXPECT_EQ(base.lock()->b, 1);
  derived.reset();
  EXPECT_TRUE(base.expired());
}

TEST(Weak, WatchesAnObjectOfAnyType) {
  struct First {
    virtual ~First() = default;
    long one = 1;
  };
  struct Second {
    virtual ~Second() = default;
    long two = 2;
  };
  struct Both : First, Second {};
  Ref<Both> both = make<Both>();
  const Ref<Second> second = both;
  const Weak<void> from_any = Ref<void>(both);
  const Weak<void> from_base = second;
  const Weak<void> from_weak = Weak<Second>(second);
  int calls = 0;
  const Weak<void> calling(both, [&calls] { ++calls; });
  for (const auto& weak : {from_any, from_base, from_weak}) {
    EXPECT_EQ(weak.lock(), both);
    EXPECT_EQ(exact_cast<Both>(weak.lock()), both);
  }
  EXPECT_EQ(from_any, from_base);
  both.reset();
  const_cast<Ref<Second>&>(second).reset();
  EXPECT_TRUE(from_any.expired() && from_base.expired() && from_weak.expired());
  EXPECT_FALSE(from_any.lock());
  EXPECT_EQ(calls, 1);
}

TEST(Weak, WatchesManyObjects) {
  std::vector<Ref<Node>> nodes;
  std::vector<Weak<Node>> weaks;
  for (int i = 0; i < 1000; ++i) {
    nodes.push_back(make<Node>(nullptr, i));
    weaks.emplace_back(nodes.back());
  }
  for (std::size_t i = 0; i < nodes.size(); i += 2) nodes[i].reset();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_EQ(weaks[i].expired(), i % 2 == 0);
    if (i % 2 == 1) {
      EXPECT_EQ(weaks[i].lock()->value, static_cast<int>(i));
    }
  }
}

TEST(Weak, KeepsItsTableConsistentThroughManyBirthsAndDeaths) {
  Heap heap;
  const HeapScope scope(heap);
  std::vector<std::pair<Ref<Node>, Weak<Node>>> pairs(500);
  std::uint32_t random = 1;
  for (int i = 0; i < 20'000; ++i) {
    random = random * 1'664'525 + 1'013'904'223;
    auto& [ref, weak] = pairs[(random >> 8) % pairs.size()];
    if (ref) {
      ref.reset();
      ASSERT_TRUE(weak.expired());
    } else {
      ref = make<Node>(nullptr, i);
      weak = ref;
    }
    if (i % 500 == 0) {
      ASSERT_TRUE(heap.is_consistent());
    }
  }
  for (const auto& [ref, weak] : pairs) EXPECT_EQ(weak.lock(), ref);
}

TEST(Weak, CannotBeLockedWhileTheDestructorRuns) {
  struct Watched {
    Weak<Watched>* weak;
    bool* was_expired;
    ~Watched() { *was_expired = weak->expired(); }
  };
  Weak<Watched> weak;
  bool was_expired = false;
  Ref<Watched> object = make<Watched>(&weak, &was_expired);
  weak = object;
  object.reset();
  EXPECT_TRUE(was_expired);
}

TEST(Weak, CallsTheNewestCallbackFirst) {
  std::string order;
  Ref<int> object = make<int>(1);
  std::vector<Weak<int>> watches;
  for (const char name : {'a', 'b', 'c', 'd'})
    watches.emplace_back(object, [&order, name] { order += name; });
  const Weak<int> plain = object;
  watches.emplace_back(object, [&order] { order += 'e'; });
  watches.erase(watches.begin() + 1);
  object.reset();
  EXPECT_EQ(order, "edca");
  EXPECT_TRUE(plain.expired());
}

// As the values that exuvia/types shares among all heaps and threads.
struct Undying {
  runtime::Binding binding{&runtime::type_of<int>, nullptr};
  runtime::Header header{{}, 0, &binding};
  int value;

  explicit Undying(int number) : value(number) {
    object::Counting::make_immortal(header.references);
  }
  [[nodiscard]] Ref<int> ref() { return Ref<int>::adopt(&value); }
};

TEST(Weak, NeverExpiresForAnObjectOfStaticStorage) {
  static Undying five(5);
  static Undying six(6);
  const Weak<int> watch = five.ref();
  const Weak<int> copy = watch;
  const Weak<int> other(six.ref(), [] {});
  EXPECT_EQ(*watch.lock(), 5);
  EXPECT_EQ(*other.lock(), 6);
  EXPECT_EQ(watch, copy);
  EXPECT_FALSE(watch == other);
  EXPECT_EQ(std::hash<Weak<int>>{}(watch), std::hash<Weak<int>>{}(copy));
}

TEST(Collector, KnowsNoReferentsOfAnEmptyRef) {
  EXPECT_TRUE(Collector::get_referents(Ref<void>()).empty());
}

}  // namespace
}  // namespace exuvia
