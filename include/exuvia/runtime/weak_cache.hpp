// WeakCache and Flyweight: one object for each key or value, for as long as anybody uses it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "exuvia/runtime/make.hpp"
#include "exuvia/runtime/weak.hpp"

namespace exuvia {

// A weak cache: gives the object of a key, which it makes when there is none, and forgets it when
// the last user has gone. With key = value it interns any type. What a key holds stays until the
// key is forgotten: now and then, and in forget_dead(). Used on one thread, as its objects.
template <class Key, class T, class HashOf = std::hash<Key>>
class WeakCache {
 public:
  // The living object of the key; empty if there is none.
  [[nodiscard]] Ref<T> find(const Key& key) const {
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : found->second.lock();
  }

  // The living object of the key, or make_object(key), remembered; it may also take nothing.
  template <class Make>
  [[nodiscard]] Ref<T> get(const Key& key, Make&& make_object) {
    if (Ref<T> living = find(key)) return living;
    Ref<T> object = made(key, make_object);
    // It may have asked for the same key itself.
    if (Ref<T> living = find(key)) return living;
    known_.insert_or_assign(key, Weak<T>(object));
    forget_dead_now_and_then();
    return object;
  }

  // Keys known, some of whose objects may have died.
  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

  // Forgets the keys whose objects have died.
  void forget_dead() { static_cast<void>(take_dead()); }

  // The keys are held, the objects are not.
  void trace([[maybe_unused]] Visitor& v) const {
    if constexpr (runtime::holds_refs<Key>) {
      for (const auto& [key, object] : known_) v(key);
    }
  }

 private:
  template <class Make>
  static Ref<T> made(const Key& key, Make& make_object) {
    if constexpr (std::is_invocable_v<Make&, const Key&>) {
      return make_object(key);
    } else {
      return make_object();
    }
  }

  using Known = std::unordered_map<Key, Weak<T>, HashOf>;

  // The entries of objects that died. They end when the cache is in order again: the end of a key
  // may ask it.
  [[nodiscard]] std::vector<typename Known::node_type> take_dead() {
    std::vector<typename Known::node_type> dead;
    for (auto at = known_.begin(); at != known_.end();) {
      const auto entry = at++;
      if (entry->second.expired()) dead.push_back(known_.extract(entry));
    }
    return dead;
  }

  // Whenever the number of keys has doubled, so that the cost a key is constant.
  void forget_dead_now_and_then() {
    if (known_.size() < next_sweep_) return;
    const auto dead = take_dead();
    next_sweep_ = std::max(kFirstSweep, known_.size() * 2);
  }

  static constexpr std::size_t kFirstSweep = 64;
  Known known_;
  std::size_t next_sweep_ = kFirstSweep;
};

// One T for each value of T.
template <class T, class HashOf = std::hash<T>>
class Flyweight {
 public:
  // The one object that equals `value`.
  [[nodiscard]] Ref<const T> intern(const T& value) {
    return cache_.get(value, [](const T& v) { return Ref<const T>(make<T>(v)); });
  }
  // Values known, some of whose objects may have died.
  [[nodiscard]] std::size_t size() const noexcept { return cache_.size(); }

  // What the values hold.
  void trace(Visitor& v) const { v(cache_); }

 private:
  WeakCache<T, const T, HashOf> cache_;
};

}  // namespace exuvia
