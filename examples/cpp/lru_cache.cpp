// A cache of the most recently used values. Its entries form a doubly linked list of Refs, cycles
// and all; the map finds them by key. Whoever holds a value keeps it after its eviction. (One that
// is ready, bounded by bytes, is exuvia/runtime/lru_cache.hpp.)
#include <cstddef>
#include <cstdio>
#include <string>
#include <unordered_map>
#include <utility>

#include "exuvia/runtime.hpp"

using exuvia::Ref;

class Cache {
 public:
  using Value = Ref<std::string>;

  explicit Cache(std::size_t most) : most_(most), ring_(exuvia::make<Entry>()) {
    ring_->next = ring_->previous = ring_;
  }

  // The cached value, which becomes the most recently used; empty if there is none.
  Value find(const std::string& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    unlink(found->second);
    link_first(found->second);
    return found->second->value;
  }

  void insert(const std::string& key, Value value) {
    if (const auto old = entries_.find(key); old != entries_.end()) unlink(old->second);
    const Ref<Entry> entry = exuvia::make<Entry>(key, std::move(value));
    entries_[key] = entry;
    link_first(entry);
    if (entries_.size() > most_) evict_last();
  }

 private:
  struct Entry {
    std::string key;
    Value value;
    Ref<Entry> next;
    Ref<Entry> previous;
  };

  void link_first(const Ref<Entry>& entry) {
    entry->previous = ring_;
    entry->next = ring_->next;
    ring_->next->previous = entry;
    ring_->next = entry;
  }
  static void unlink(const Ref<Entry>& entry) {
    entry->previous->next = entry->next;
    entry->next->previous = entry->previous;
  }
  void evict_last() {
    const Ref<Entry> last = ring_->previous;
    unlink(last);
    entries_.erase(last->key);
  }

  std::size_t most_;
  Ref<Entry> ring_;  // before the first entry and after the last
  std::unordered_map<std::string, Ref<Entry>> entries_;
};

int main() {
  {
    Cache cache(2);
    cache.insert("a", exuvia::make<std::string>("apple"));
    cache.insert("b", exuvia::make<std::string>("bee"));
    const Cache::Value held = cache.find("b");
    (void)cache.find("a");
    cache.insert("c", exuvia::make<std::string>("cicada"));
    std::printf("a is %s, b is %s\n", cache.find("a") ? "cached" : "evicted",
                cache.find("b") ? "cached" : "evicted");
    std::printf("held: %s\n", held->c_str());
  }
  // The ring outlives the cache as a cycle, until it is collected.
  std::printf("collected with the cache: %zu\n", exuvia::collect());
}
