// Where the tracked objects of a heap are, by age.
#pragma once

#include <cstddef>
#include <span>

#include "exuvia/runtime/object_log.hpp"
#include "exuvia/runtime/object_set.hpp"

namespace exuvia::runtime {

// Invariant: a tracked object is in exactly one of the four, the one that its Place names (the sets
// share one).
//
// Young objects are few and die often: a log, which their collections walk. Old ones are many:
// bits, which a full collection scans, and which change without a write to the object. As long as
// the log is short, objects that have just grown old stay there: many soon die.
struct Generations {
  ObjectLog log;
  ObjectSet old;
  ObjectSet candidates;  // old ones that an incremental collection suspects to be garbage
  ObjectSet frozen;

  // The object becomes young, or old at once where the log is full. False when there is no memory.
  [[nodiscard]] bool try_add(Storage& storage, Header* header) noexcept {
    return log.try_push(storage, header) || try_add_old(storage, header);
  }

  [[nodiscard]] bool try_add_old(Storage& storage, Header* header) noexcept {
    if (!old.try_insert(storage, header)) return false;
    header->move_to(object::Place::kOld);
    return true;
  }

  // Generations 0 and 1 become old; returns how many objects. What memory does not suffice for
  // becomes generation 1.
  std::size_t age(Storage& storage) noexcept {
    constexpr std::uint32_t kMostLoggedOld = 224 * 1024;  // with the young, 2 MiB of places
    const std::size_t aged = log.count(log.old_end());
    if (log.size() <= kMostLoggedOld) {
      log.age_all();
    } else if (!try_age_log(storage)) {
      log.age();
    }
    return aged;
  }

  // All that is logged becomes old and leaves the log. What memory does not suffice for stays, and
  // false is returned.
  [[nodiscard]] bool try_age_log(Storage& storage) noexcept {
    ObjectSet::Writer writer(old);
    return log.drain([&](Header* header) {
      if (!writer.try_insert(storage, header)) return false;
      header->move_to(object::Place::kOld);
      return true;
    });
  }

  // Of a tracked object.
  void remove(Header* header) noexcept {
    erase(header);
    header->move_to(object::Place::kUntracked);
  }
  // The same for one whose header nobody reads any more.
  void erase(const Header* header) noexcept {
    if (header->place() == object::Place::kLogged) {
      log.erase(header);
    } else if (!old.erase(header) && !candidates.erase(header)) {
      frozen.erase(header);
    }
  }

  // As erase(), of many. Cheapest where neighbours follow each other.
  void erase(std::span<Header* const> headers) noexcept {
    ObjectSet::Writer writer(old);
    for (const Header* header : headers) {
      if (header->place() != object::Place::kOld || !writer.erase(header)) erase(header);
    }
  }

  // Calls visit(header) with every tracked object. The generations must not change meanwhile.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const Header* header : log.entries()) {
      if (header != nullptr) visit(header);
    }
    for (const ObjectSet* set : {&old, &candidates, &frozen}) set->for_each(visit);
  }

  void free(Storage& storage) noexcept {
    log.free(storage);
    old.free(storage);
    candidates.free(storage);
    frozen.free(storage);
  }

  [[nodiscard]] bool is_consistent() const noexcept { return log.is_consistent(); }
};

}  // namespace exuvia::runtime
