// LruCache: objects by key, the least recently used of which go when all take too many bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <unordered_set>
#include <utility>

#include "exuvia/runtime/ref.hpp"

namespace exuvia {

// Holds its objects, so that a cache that is a member of a managed object is traced with it:
// `v(cache)`. What is evicted lives on where somebody else holds it. The caller says what an object
// weighs. Every operation takes constant time; put() may throw std::bad_alloc, without effect.
template <class Key, class T, class HashOf = std::hash<Key>>
class LruCache {
 public:
  // Holds at most that many bytes, by what put() is told.
  explicit LruCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  // Moved, not copied; the cache that was moved from is empty.
  LruCache(LruCache&& other) noexcept : LruCache(other.capacity_) { swap(other); }
  LruCache& operator=(LruCache&& other) noexcept {
    LruCache(std::move(other)).swap(*this);
    return *this;
  }
  ~LruCache() = default;

  // Exchanges all that the caches hold.
  void swap(LruCache& other) noexcept {
    std::swap(capacity_, other.capacity_);
    std::swap(bytes_, other.bytes_);
    entries_.swap(other.entries_);
    places_.swap(other.places_);
  }

  // The object, now the most recently used; empty if it is not there.
  [[nodiscard]] Ref<T> get(const Key& key) {
    const auto found = places_.find(Wanted(key));
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, *found);
    return (*found)->object;
  }

  // Replaces what the key had, and evicts until there is room. An object heavier than the whole
  // cache is not kept, and evicts nothing.
  void put(const Key& key, Ref<T> object, std::size_t bytes) {
    if (bytes > capacity_) {
      erase(key);
      return;
    }
    const Wanted wanted(key);
    const auto found = places_.find(wanted);
    if (found != places_.end()) {
      replace(*found, object, bytes);
    } else {
      add(wanted, object, bytes);
    }
    const std::list<Entry> evicted = evict_down_to(capacity_ - bytes);
    bytes_ += bytes;
  }

  // Whether the key was there. Its object is dropped when the cache is in order again.
  bool erase(const Key& key) {
    const auto found = places_.find(Wanted(key));
    if (found == places_.end()) return false;
    std::list<Entry> taken;
    take(taken, *found);
    return true;
  }

  // Objects held, their bytes together, and how many there may be.
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  // Keys and objects are held.
  void trace(Visitor& v) const { v(entries_); }

 private:
  struct Entry {
    Key key;
    std::size_t hash;
    Ref<T> object;
    std::size_t bytes;
  };
  using Place = typename std::list<Entry>::iterator;

  // A key that is looked for. Only this asks for its hash and compares it, which may throw and
  // which an emptied key could not answer: what is in the cache leaves it by its place.
  struct Wanted {
    explicit Wanted(const Key& wanted) : key(wanted), hash(HashOf{}(wanted)) {}
    const Key& key;
    std::size_t hash;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(Place place) const noexcept { return place->hash; }
    std::size_t operator()(const Wanted& wanted) const noexcept { return wanted.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(Place a, Place b) const noexcept { return a == b; }
    bool operator()(const Wanted& a, Place b) const { return a.hash == b->hash && a.key == b->key; }
    bool operator()(Place a, const Wanted& b) const { return (*this)(b, a); }
  };

  // Leaves the old object to the caller.
  void replace(Place place, Ref<T>& object, std::size_t bytes) noexcept {
    bytes_ -= std::exchange(place->bytes, bytes);
    place->object.swap(object);
    entries_.splice(entries_.begin(), entries_, place);
  }
  void add(const Wanted& wanted, Ref<T>& object, std::size_t bytes) {
    std::list<Entry> fresh;
    fresh.push_front({wanted.key, wanted.hash, std::move(object), bytes});
    places_.insert(fresh.begin());
    entries_.splice(entries_.begin(), fresh);
  }
  void take(std::list<Entry>& to, Place place) noexcept {
    bytes_ -= place->bytes;
    places_.erase(place);
    to.splice(to.begin(), entries_, place);
  }

  // What goes dies when the cache is in order again: its destructor may use the cache.
  std::list<Entry> evict_down_to(std::size_t bytes) noexcept {
    std::list<Entry> gone;
    while (bytes_ > bytes) take(gone, std::prev(entries_.end()));
    return gone;
  }

  std::size_t capacity_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_set<Place, Hash, Equal> places_;
};

}  // namespace exuvia
