// Where the tracked objects of a heap are, by age.
#pragma once

#include <cstddef>

#include "exuvia/runtime/object_log.hpp"
#include "exuvia/runtime/object_set.hpp"

namespace exuvia::runtime {

// Invariant: a tracked object is in exactly one of the four, the one that its Place names (old and
// frozen share one).
//
// Young objects are few and die often: logs, which their collections walk. Old ones are many: bits,
// which a full collection scans, and which change without a write to the object.
struct Generations {
  ObjectLog young{object::Place::kYoung};
  ObjectLog middle{object::Place::kMiddle};
  ObjectSet old;
  ObjectSet frozen;

  // The object becomes young, or old at once where the log is full. False when there is no memory.
  [[nodiscard]] bool try_add(Storage& storage, Header* header) noexcept {
    return young.try_push(storage, header) || try_add_old(storage, header);
  }

  [[nodiscard]] bool try_add_old(Storage& storage, Header* header) noexcept {
    if (!old.try_insert(storage, header)) return false;
    header->move_to(object::Place::kOld);
    return true;
  }

  void remove(Header* header) noexcept {
    switch (header->place()) {
      case object::Place::kUntracked:
        return;
      case object::Place::kYoung:
        return young.erase(header);
      case object::Place::kMiddle:
        return middle.erase(header);
      case object::Place::kOld:
        if (!old.erase(header)) frozen.erase(header);
        header->move_to(object::Place::kUntracked);
    }
  }

  void free(Storage& storage) noexcept {
    young.free(storage);
    middle.free(storage);
    old.free(storage);
    frozen.free(storage);
  }

  [[nodiscard]] bool is_consistent() const noexcept {
    return young.is_consistent() && middle.is_consistent();
  }
};

}  // namespace exuvia::runtime
