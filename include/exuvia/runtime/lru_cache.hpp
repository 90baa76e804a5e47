// LruCache: objects by key, the least recently used of which go when all take too many bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

#include "exuvia/runtime/ref.hpp"

namespace exuvia {

// Holds its objects, so that a cache that is a member of a managed object is traced with it:
// `v(cache)`. What is evicted lives on where somebody else holds it. The caller says what an object
// weighs. Every operation takes constant time; put() may throw std::bad_alloc, without effect.
template <class Key, class T, class HashOf = std::hash<Key>>
class LruCache {
 public:
  explicit LruCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  // Moved, not copied; the cache that was moved from is empty.
  LruCache(LruCache&& other) noexcept : LruCache(other.capacity_) { swap(other); }
  LruCache& operator=(LruCache&& other) noexcept {
    LruCache(std::move(other)).swap(*this);
    return *this;
  }
  ~LruCache() = default;

  void swap(LruCache& other) noexcept {
    std::swap(capacity_, other.capacity_);
    std::swap(bytes_, other.bytes_);
    entries_.swap(other.entries_);
    places_.swap(other.places_);
  }

  // The object, now the most recently used; empty if it is not there.
  [[nodiscard]] Ref<T> get(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->object;
  }

  // Replaces what the key had, and evicts until there is room. An object heavier than the whole
  // cache is not kept, and evicts nothing.
  void put(const Key& key, Ref<T> object, std::size_t bytes) {
    if (bytes > capacity_) {
      erase(key);
      return;
    }
    std::list<Entry> fresh;
    fresh.push_front({key, std::move(object), bytes});
    const auto [place, is_new] = places_.try_emplace(key, fresh.begin());
    std::list<Entry> replaced;
    if (!is_new) {
      bytes_ -= place->second->bytes;
      replaced.splice(replaced.begin(), entries_, std::exchange(place->second, fresh.begin()));
    }
    entries_.splice(entries_.begin(), fresh);
    const std::list<Entry> evicted = evict_down_to(capacity_ - bytes);
    bytes_ += bytes;
  }

  bool erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return false;
    std::list<Entry> taken;
    bytes_ -= found->second->bytes;
    taken.splice(taken.begin(), entries_, found->second);
    places_.erase(found);
    return true;
  }

  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  void trace(Visitor& v) const {
    for (const Entry& entry : entries_) v(entry.key, entry.object);
  }

 private:
  struct Entry {
    Key key;
    Ref<T> object;
    std::size_t bytes;
  };
  using Place = typename std::list<Entry>::iterator;

  // What goes dies when the cache is in order again: its destructor may use the cache.
  std::list<Entry> evict_down_to(std::size_t bytes) {
    std::list<Entry> gone;
    while (bytes_ > bytes) {
      bytes_ -= entries_.back().bytes;
      places_.erase(entries_.back().key);
      gone.splice(gone.begin(), entries_, std::prev(entries_.end()));
    }
    return gone;
  }

  std::size_t capacity_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<Key, Place, HashOf> places_;
};

}  // namespace exuvia
