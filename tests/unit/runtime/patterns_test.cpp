#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "exuvia/runtime.hpp"
#include "exuvia/runtime/lazy.hpp"
#include "exuvia/runtime/lru_cache.hpp"
#include "exuvia/runtime/object_pool.hpp"
#include "exuvia/runtime/weak_cache.hpp"

namespace exuvia {
namespace {

class PatternsTest : public testing::Test {
 protected:
  PatternsTest() : scope_(heap) {}
  void TearDown() override {
    collect();
    EXPECT_EQ(heap.object_count(), 0U);
  }
  Heap heap;

 private:
  HeapScope scope_;
};

TEST_F(PatternsTest, AnLruCacheEvictsByBytesWhatWasUsedLongestAgo) {
  LruCache<int, std::string> cache(100);
  for (int i = 0; i < 3; ++i) cache.put(i, make<std::string>(std::to_string(i)), 40);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_FALSE(cache.get(0));
  EXPECT_EQ(*cache.get(1), "1");
  cache.put(3, make<std::string>("3"), 40);
  EXPECT_FALSE(cache.get(2));
  EXPECT_EQ(*cache.get(1), "1");
  EXPECT_EQ(cache.bytes(), 80U);
}

TEST_F(PatternsTest, AnLruCacheReplacesErasesAndRefusesWhatIsTooHeavy) {
  LruCache<int, std::string> cache(100);
  cache.put(1, make<std::string>("a"), 60);
  cache.put(1, make<std::string>("b"), 30);
  EXPECT_EQ(*cache.get(1), "b");
  EXPECT_EQ(cache.bytes(), 30U);
  cache.put(2, make<std::string>("huge"), 101);
  EXPECT_EQ(cache.size(), 1U);
  cache.put(2, make<std::string>("huge"), SIZE_MAX);
  EXPECT_EQ(cache.bytes(), 30U);
  cache.put(1, make<std::string>("huge"), 101);
  EXPECT_EQ(cache.size(), 0U);
  cache.put(3, make<std::string>("c"), 1);
  EXPECT_TRUE(cache.erase(3));
  EXPECT_FALSE(cache.erase(3));
  EXPECT_EQ(cache.bytes(), 0U);
}

struct Owner {
  LruCache<int, Owner> cache{100};
  void trace(Visitor& v) const { v(cache); }
};

TEST_F(PatternsTest, AnLruCacheIsMovedNotCopied) {
  static_assert(!std::is_copy_constructible_v<LruCache<int, std::string>>);
  static_assert(!std::is_copy_assignable_v<LruCache<int, std::string>>);
  LruCache<int, std::string> cache(100);
  {
    LruCache<int, std::string> first(50);
    first.put(1, make<std::string>("a"), 50);
    cache = std::move(first);
    EXPECT_EQ(first.bytes(), 0U);  // NOLINT(bugprone-use-after-move)
    first.put(2, make<std::string>("b"), 50);
    EXPECT_EQ(first.size(), 1U);
  }
  EXPECT_EQ(cache.capacity(), 50U);
  EXPECT_EQ(*cache.get(1), "a");
}

TEST_F(PatternsTest, AnLruCacheInACycleIsCollected) {
  {
    const auto owner = make<Owner>();
    owner->cache.put(1, owner, 1);
  }
  EXPECT_EQ(collect(), 1U);
}

TEST_F(PatternsTest, AFlyweightIsOneObjectForEachValueInUse) {
  Flyweight<std::string> names;
  const Ref<const std::string> a = names.intern("name");
  EXPECT_EQ(a, names.intern("name"));
  EXPECT_NE(a, names.intern("other"));
  for (int i = 0; i < 10'000; ++i) (void)names.intern(std::to_string(i));
  EXPECT_LT(names.size(), 200U);
  EXPECT_EQ(a, names.intern("name"));
}

TEST_F(PatternsTest, AWeakCacheMakesAnObjectAgainOnceItHasDied) {
  WeakCache<int, std::string> cache;
  int made = 0;
  const auto build = [&made](int key) {
    ++made;
    return make<std::string>(std::to_string(key));
  };
  Ref<std::string> held = cache.get(7, build);
  EXPECT_EQ(cache.get(7, build), held);
  EXPECT_EQ(made, 1);
  held.reset();
  EXPECT_FALSE(cache.find(7));
  (void)cache.get(7, build);
  EXPECT_EQ(made, 2);
  held = cache.get(8, [] { return make<std::string>("without asking for the key"); });
  EXPECT_EQ(cache.find(8), held);
}

TEST_F(PatternsTest, ALazyValueIsComputedOnceAndAgainOnlyAfterAFailure) {
  int asked = 0;
  Lazy<int> lazy([&asked]() -> Ref<int> {
    if (++asked == 1) throw std::runtime_error("not yet");
    return make<int>(42);
  });
  EXPECT_THROW((void)lazy.get(), std::runtime_error);
  EXPECT_FALSE(lazy.is_computed());
  EXPECT_EQ(*lazy.get(), 42);
  EXPECT_EQ(*lazy.get(), 42);
  EXPECT_EQ(asked, 2);
}

TEST_F(PatternsTest, APoolLendsWhatHasComeBack) {
  int made = 0;
  ObjectPool<std::string> pool(
      1,
      [&made] {
        ++made;
        return make<std::string>("fresh");
      },
      [](std::string& used) { used = "cleaned"; });
  {
    const auto first = pool.borrow();
    const auto second = pool.borrow();
    EXPECT_EQ(*first, "fresh");
    EXPECT_EQ(made, 2);
  }
  EXPECT_EQ(pool.idle_count(), 1U);
  EXPECT_EQ(*pool.borrow(), "cleaned");
  EXPECT_EQ(made, 2);
}

TEST_F(PatternsTest, APoolDropsWhatItCannotReset) {
  std::string reported;
  collector().set_unraisable_hook(
      [&reported](const char* where, const std::exception_ptr&) { reported = where; });
  ObjectPool<int> pool(
      2, [] { return make<int>(1); }, [](int&) { throw std::runtime_error("worn out"); });
  { const auto lease = pool.borrow(); }
  EXPECT_EQ(reported, "the reset of an ObjectPool");
  EXPECT_EQ(pool.idle_count(), 0U);
  collector().set_unraisable_hook(nullptr);
}

TEST_F(PatternsTest, APoolStaysWithinItsBoundWhenItsResetBringsOneBack) {
  ObjectPool<int>* self = nullptr;
  int resets = 0;
  ObjectPool<int> pool(
      1, [] { return make<int>(1); },
      [&](int&) {
        if (++resets == 1) (void)self->borrow();
      });
  self = &pool;
  { const auto lease = pool.borrow(); }
  EXPECT_EQ(pool.idle_count(), 1U);
}

TEST_F(PatternsTest, ALazyComputationThatAsksForItselfIsRefused) {
  Lazy<int>* self = nullptr;
  const std::string text = "captured, and long enough for a block of its own";
  std::string used;
  bool asks = true;
  Lazy<int> lazy([&, text] {
    if (asks) (void)self->get();
    used = text;
    return make<int>(1);
  });
  self = &lazy;
  EXPECT_THROW((void)lazy.get(), std::logic_error);
  EXPECT_FALSE(lazy.is_computed());
  asks = false;
  EXPECT_EQ(*lazy.get(), 1);
  EXPECT_EQ(used, text);
}

TEST_F(PatternsTest, WhatALazyComputationHeldMayAskForItsValueWhenItGoes) {
  struct Asks {
    Lazy<int>*& lazy;
    int& answer;
    explicit Asks(Lazy<int>*& asked, int& to) : lazy(asked), answer(to) {}
    Asks(const Asks&) = delete;
    Asks& operator=(const Asks&) = delete;
    ~Asks() { answer = *lazy->get(); }
  };
  Lazy<int>* self = nullptr;
  int answer = 0;
  int computed = 0;
  Lazy<int> lazy([&computed, held = make<Asks>(self, answer)] { return make<int>(++computed); });
  self = &lazy;
  EXPECT_EQ(*lazy.get(), 1);
  EXPECT_EQ(answer, 1);
}

TEST_F(PatternsTest, AWeakCacheKeepsTheObjectThatWasMadeMeanwhile) {
  WeakCache<int, int> cache;
  Ref<int> inner;
  const Ref<int> outer = cache.get(1, [&] {
    inner = cache.get(1, [] { return make<int>(1); });
    return make<int>(2);
  });
  EXPECT_EQ(outer, inner);
}

// A key whose end asks the cache that it was a key of.
struct AsksAtItsEnd {
  using Cache = WeakCache<AsksAtItsEnd, int, struct AsksAtItsEndHash>;
  struct Ask {
    Cache* cache;
    ~Ask();
  };
  int value;
  std::shared_ptr<Ask> ask;
  friend bool operator==(const AsksAtItsEnd& a, const AsksAtItsEnd& b) {
    return a.value == b.value;
  }
};
struct AsksAtItsEndHash {
  std::size_t operator()(const AsksAtItsEnd& key) const {
    return static_cast<std::size_t>(key.value);
  }
};
AsksAtItsEnd::Ask::~Ask() {
  for (int i = 0; i < 100; ++i) (void)cache->find({i, nullptr});
  cache->forget_dead();
  (void)cache->get({1000, nullptr}, [] { return make<int>(0); });
}

TEST_F(PatternsTest, TheEndOfAKeyMayAskItsWeakCache) {
  AsksAtItsEnd::Cache cache;
  const auto get = [&](int i, std::shared_ptr<AsksAtItsEnd::Ask> ask) {
    return cache.get({i, std::move(ask)}, [i] { return make<int>(i); });
  };
  const Ref<int> kept = get(500, nullptr);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(*get(i, std::make_shared<AsksAtItsEnd::Ask>(&cache)), i);
  cache.forget_dead();
  EXPECT_EQ(get(500, nullptr), kept);
  EXPECT_LE(cache.size(), 2U);
}

// A key whose hash may be told to throw.
struct Fickle {
  int value;
  inline static int until_it_throws = -1;
  friend bool operator==(const Fickle&, const Fickle&) = default;
};
struct FickleHash {
  std::size_t operator()(const Fickle& key) const {
    if (Fickle::until_it_throws-- == 0) throw std::runtime_error("no hash");
    return static_cast<std::size_t>(key.value);
  }
};

TEST_F(PatternsTest, AnLruCacheIsInOrderAfterAHashHasThrown) {
  for (int at = 0; at < 4; ++at) {
    LruCache<Fickle, int, FickleHash> cache(100);
    for (int i = 0; i < 10; ++i) cache.put({i}, make<int>(i), 10);
    Fickle::until_it_throws = at;
    try {
      cache.put({99}, make<int>(99), 50);
    } catch (const std::runtime_error&) {
    }
    Fickle::until_it_throws = -1;
    std::size_t entries = 0;
    std::size_t bytes = 0;
    for (int i = 0; i < 100; ++i) {
      if (!cache.get({i})) continue;
      ++entries;
      bytes += i == 99 ? 50 : 10;
    }
    EXPECT_EQ(cache.size(), entries);
    EXPECT_EQ(cache.bytes(), bytes);
  }
}

// Each of its caches has a key that leads back to it.
struct HasCachesOfItself {
  struct Key {
    Ref<HasCachesOfItself> owner;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<Ref<HasCachesOfItself>>{}(key.owner);
    }
  };
  LruCache<Ref<HasCachesOfItself>, int> lru{100};
  WeakCache<Ref<HasCachesOfItself>, int> weak;
  Flyweight<Key, KeyHash> flyweight;
};

TEST_F(PatternsTest, ACacheWhoseKeysLeadBackToItIsCollected) {
  {
    const auto a = make<HasCachesOfItself>();
    a->lru.put(a, make<int>(1), 10);
  }
  EXPECT_EQ(collect(), 1U);
  {
    const auto a = make<HasCachesOfItself>();
    (void)a->weak.get(a, [] { return make<int>(1); });
  }
  EXPECT_EQ(collect(), 1U);
  {
    const auto a = make<HasCachesOfItself>();
    (void)a->flyweight.intern({a});
  }
  EXPECT_EQ(collect(), 1U);
}

}  // namespace
}  // namespace exuvia
