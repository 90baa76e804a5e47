// Finds, exactly, which candidates nothing outside of them keeps alive.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "gc/address_bits.hpp"
#include "gc/components.hpp"
#include "gc/rank_table.hpp"
#include "gc/reference_subtractor.hpp"
#include "gc/side_memory.hpp"
#include "gc/tracer.hpp"
#include "gc/workers.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

// Trial deletion in side arrays (the algorithm of CPython's gcmodule, without its header fields):
// for each candidate its count less the references that come from candidates is what the outside
// holds. Whoever is held, and all that is reachable from there, lives; the others are unreachable.
// Nothing is written to any object.
//
//   CycleFinder<Model> finder(model, memory, workers);
//   if (finder.try_find(candidates)) dispose_of(finder.unreachable());
//
// The heap must not change between try_find and the last use of the result. Candidates are in any
// order, from none to the whole heap; two of them must not share a granule (2^kGranuleShift bytes).
// Memory: about 12 bytes a candidate, and the tables; given back by release().
//
// A candidate with more references from candidates than its count (a wrong count, a bug elsewhere)
// is taken to live, and reported by miscounted().
template <object::CycleCountable Model>
class CycleFinder {
 public:
  using Bits = AddressBits<Model::kGranuleShift>;

  CycleFinder(const Model& model, SideMemory& memory, Workers& workers) noexcept
      : model_(model),
        memory_(memory),
        workers_(workers),
        members_(memory),
        ranks_(memory),
        objects_(memory),
        balances_(memory),
        components_(memory) {}

  // Finds the unreachable among `candidates`; false, and nothing is unreachable, when memory ran
  // out.
  [[nodiscard]] bool try_find(std::span<const Address> candidates) noexcept {
    release();
    if (candidates.empty()) return true;
    const bool found =
        try_enlist(candidates) && try_subtract_internal_references() && try_restore_reachable();
    if (!found) {
      release();
      return false;
    }
    keep_unreachable();
    return true;
  }

  // In address order; valid until the next try_find or release.
  std::span<const Address> unreachable() const noexcept { return {objects_.data(), unreachable_}; }
  bool is_unreachable(Address object) const noexcept {
    return unreachable_ != 0 && members_.test(object);
  }

  // Splits the unreachable into closed slices of about `target_size` objects; false, and there are
  // none, when memory ran out.
  [[nodiscard]] bool try_split(std::size_t target_size) noexcept {
    return ranks_.try_build(members_) &&
           components_.try_split(model_, unreachable(), ranks_, target_size);
  }
  const Components<Model::kGranuleShift>& components() const noexcept { return components_; }

  // How many candidates had a count lower than the references found, and the first few of them.
  std::size_t miscounted_count() const noexcept { return miscounted_count_; }
  std::span<const Address> miscounted() const noexcept {
    return {miscounted_.data(), std::min(miscounted_count_, miscounted_.size())};
  }

  // The most side memory the last try_find used.
  std::size_t memory_bytes() const noexcept { return memory_bytes_; }

  void release() noexcept {
    members_.release();
    ranks_.release();
    objects_.release();
    balances_.release();
    components_ = Components<Model::kGranuleShift>(memory_);
    unreachable_ = 0;
    miscounted_count_ = 0;
    memory_bytes_ = 0;
  }

 private:
  // Taken off the set as it is reached: what stays in members_ is unreachable.
  struct RestorePolicy {
    using Class = typename object::ModelView<Model>::Class;

    const Model& model;
    Bits& members;
    const bool parallel;

    bool admit(Address object, unsigned) noexcept {
      return parallel ? members.test_and_clear_exactly(object) : members.test_and_clear(object);
    }
    void prefetch(Address object) const noexcept { model.prefetch(object); }
    bool accept(Address, Class, unsigned) const noexcept { return true; }
  };
  static constexpr std::size_t kRootBatch = std::size_t{1} << 16;

  bool try_enlist(std::span<const Address> candidates) noexcept {
    if (!members_.try_prepare()) return false;
    for (const Address object : candidates) members_.set(object);
    if (members_.is_exhausted() || !ranks_.try_build(members_)) return false;
    if (!objects_.try_allocate(ranks_.size()) || !balances_.try_allocate(ranks_.size())) {
      return false;
    }
    for (const Address object : candidates) objects_[ranks_.rank(object)] = object;
    return true;
  }

  bool try_subtract_internal_references() noexcept {
    ReferenceSubtractor<Model> subtractor(model_, ranks_, objects_, balances_, memory_, workers_);
    if (!subtractor.try_run()) return false;
    memory_bytes_ = members_.memory_bytes() + ranks_.memory_bytes() + objects_.memory_bytes() +
                    balances_.memory_bytes();
    return true;
  }

  bool try_restore_reachable() noexcept {
    const bool parallel =
        object::Shareable<Model> && objects_.size() >= kWorthSharing && workers_.prepare() > 1;
    RestorePolicy policy{model_, members_, parallel};
    Tracer<Model, RestorePolicy> tracer(model_, policy, memory_, workers_,
                                        {std::numeric_limits<std::size_t>::max(), parallel});
    std::size_t waiting = 0;
    for (Rank i = 0; i < objects_.size(); ++i) {
      if (balances_[i] == 0) continue;
      if (balances_[i] < 0) report_miscounted(objects_[i]);
      tracer.add_root(objects_[i]);
      if (++waiting % kRootBatch == 0) tracer.run();
    }
    tracer.run();
    memory_bytes_ += tracer.memory_bytes();
    return !tracer.is_incomplete();
  }

  void report_miscounted(Address object) noexcept {
    if (miscounted_count_ < miscounted_.size()) miscounted_[miscounted_count_] = object;
    ++miscounted_count_;
  }

  void keep_unreachable() noexcept {
    for (const Address object : objects_) {
      if (members_.test(object)) objects_[unreachable_++] = object;
    }
    balances_.release();
    ranks_.release();
  }

  const Model& model_;
  SideMemory& memory_;
  Workers& workers_;
  Bits members_;
  RankTable<Model::kGranuleShift> ranks_;
  SideArray<Address> objects_;
  SideArray<Balance> balances_;
  Components<Model::kGranuleShift> components_;
  std::size_t unreachable_ = 0;
  std::size_t miscounted_count_ = 0;
  std::array<Address, 8> miscounted_{};
  std::size_t memory_bytes_ = 0;
};

}  // namespace exuvia::gc
