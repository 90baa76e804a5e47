// What a checking build knows: every object, and every Ref by its address.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "exuvia/runtime/core.hpp"

namespace exuvia::runtime {

// Finds wrong counts, forgotten members and dead objects by comparing what the objects say with
// what the Refs say.
class Auditor {
 public:
  explicit Auditor(HeapCore& core) noexcept : core_(core) {}
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  // Fills the storage, so that padding never looks like a pointer.
  void born(Header* object, std::size_t bytes);
  // Destroyed objects are filled and kept for a while, so that a late use meets a dead object and
  // no new one.
  void died(Header* object, std::size_t bytes);
  [[nodiscard]] bool is_alive(const Header* object) const { return objects_.contains(object); }

  // The heap is its thread's own and about to be left.
  void thread_ends() noexcept;
  // Whether that was the process's first thread, so that variables which ended later may have left
  // cycles that a collection would have found.
  [[nodiscard]] bool ended_with_process() const noexcept { return ended_with_process_; }
  // The heap's handle has gone.
  void orphaned();

  using Slots = std::unordered_set<const void*>;
  // Of all Refs that the objects show.
  [[nodiscard]] Slots traced_slots() const { return traced_slots(whole_objects()); }

  // A Ref that no trace() shows, in memory that is neither static nor on this thread's stack; and
  // the member that seems to lead there, if any does.
  struct HiddenRef {
    const void* slot;
    const Header* held;
    const Header* holder = nullptr;
    std::size_t offset = 0;
    // Whether it has outlived the heap among objects that nothing else held then.
    bool leaks = false;
  };
  // Of a heap that has been left: one that leaks, or else any. `traced` are the slots of all heaps
  // where another may hold this one's objects.
  [[nodiscard]] std::optional<HiddenRef> find_hidden_ref(const Slots& traced) const;

  void ref_appeared(const void* slot, Header* target) {
    ++changes_;
    refs_[slot] = target;
  }
  void ref_vanished(const void* slot) {
    ++changes_;
    refs_.erase(slot);
  }

  // Stops the process if an object's count differs from the number of Refs to it, or if an object
  // has a Ref that its trace() does not visit.
  void verify();
  // As verify(), unless the heap is large and little has changed since the last time: so that all
  // audits together cost no more than what the program did.
  void verify_if_due() {
    if (changes_ >= objects_.size() + refs_.size() || objects_.size() <= kAlwaysAudited) verify();
  }

 private:
  static constexpr std::size_t kQuarantined = 256;
  static constexpr std::size_t kAlwaysAudited = 100;
  // A member that points so many bytes before a Ref seems to lead there: to the node of a
  // container.
  static constexpr std::uintptr_t kNodeBytes = 256;
  struct Block {
    Header* header;
    std::size_t bytes;
  };
  using Objects = std::vector<const Header*>;
  using HiddenRefs = std::vector<HiddenRef>;
  using Counts = std::unordered_map<const Header*, std::size_t>;

  void release(const Block& block);
  [[nodiscard]] Counts count_references() const;
  void verify_counts() const;
  void verify_members(const Header* object, const Slots& traced) const;
  [[nodiscard]] Slots traced_slots(const Objects& objects) const;
  [[nodiscard]] Objects whole_objects() const;
  [[nodiscard]] HiddenRefs hidden_refs(const Objects& objects, const Slots& traced) const;
  static void find_holders(HiddenRefs& hidden, const Objects& objects, const Slots& traced);
  [[nodiscard]] std::unordered_set<const Header*> held_otherwise(const HiddenRefs& hidden,
                                                                 Slots traced) const;
  [[nodiscard]] HiddenRefs refs_that_leak() const;
  [[nodiscard]] bool still_leaks(const HiddenRef& hidden) const;

  HeapCore& core_;
  std::unordered_set<const Header*> objects_;
  std::unordered_map<const void*, Header*> refs_;
  std::size_t changes_ = 0;  // births, deaths, and Refs that came and went, since the last audit
  std::array<Block, kQuarantined> quarantine_{};
  std::size_t next_ = 0;
  HiddenRefs leaking_;  // when the heap was left
  bool ended_with_process_ = false;
};

}  // namespace exuvia::runtime
