// Splits a set of objects into parts between which no reference runs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "gc/rank_table.hpp"
#include "gc/side_memory.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

// The connected components of a set of objects, packed into slices of about a wished size. A
// component is never split, so a slice may be larger; no reference leads from one slice into
// another. Objects of a slice are in address order, and slices are in the order of their lowest
// object's component.
template <unsigned GranuleShift>
class Components {
 public:
  explicit Components(SideMemory& memory) noexcept
      : parents_(memory), slice_of_(memory), ends_(memory), objects_(memory) {}

  // `objects` in address order, ranked by `ranks`. False, and there are no slices, when there is no
  // memory.
  template <object::Traceable Model>
  [[nodiscard]] bool try_split(const Model& model, std::span<const Address> objects,
                               const RankTable<GranuleShift>& ranks,
                               std::size_t target_size) noexcept {
    slices_ = 0;
    const std::size_t count = objects.size();
    if (!parents_.try_allocate(count) || !slice_of_.try_allocate(count) ||
        !ends_.try_allocate(count) || !objects_.try_allocate(count)) {
      return false;
    }
    unite_referents(model, objects, ranks);
    assign_slices(std::max<std::size_t>(target_size, 1));
    place(objects);
    parents_.release();
    slice_of_.release();
    return true;
  }

  std::size_t count() const noexcept { return slices_; }
  std::span<const Address> slice(std::size_t index) const noexcept {
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return {objects_.data() + begin, ends_[index] - begin};
  }

 private:
  template <class Model>
  void unite_referents(const Model& model, std::span<const Address> objects,
                       const RankTable<GranuleShift>& ranks) noexcept {
    for (Rank i = 0; i < parents_.size(); ++i) parents_[i] = i;
    for (Rank i = 0; i < objects.size(); ++i) {
      model.trace(objects[i], [&](Address child) noexcept {
        const Rank other = ranks.rank(child);
        if (other != kNoRank) unite(i, other);
      });
    }
  }

  Rank find(Rank i) noexcept {
    while (parents_[i] != i) {
      parents_[i] = parents_[parents_[i]];
      i = parents_[i];
    }
    return i;
  }

  // The lowest rank of a component is its root.
  void unite(Rank a, Rank b) noexcept {
    a = find(a);
    b = find(b);
    if (a != b) parents_[std::max(a, b)] = std::min(a, b);
  }

  // Afterwards slice_of_ holds each object's slice, and ends_ the size of each slice.
  void assign_slices(std::size_t target_size) noexcept {
    SideArray<Rank>& sizes = slice_of_;
    for (Rank i = 0; i < parents_.size(); ++i) ++sizes[find(i)];
    std::size_t filled = 0;
    for (Rank i = 0; i < parents_.size(); ++i) {
      if (parents_[i] != i) {
        slice_of_[i] = slice_of_[find(i)];
      } else {
        if (filled >= target_size) filled = 0;
        if (filled == 0) ++slices_;
        filled += std::exchange(slice_of_[i], static_cast<Rank>(slices_ - 1));
      }
      ++ends_[slice_of_[i]];
    }
  }

  // Sorts the objects by slice, keeping their order; afterwards ends_ holds where each slice ends.
  void place(std::span<const Address> objects) noexcept {
    Rank begin = 0;
    for (std::size_t s = 0; s < slices_; ++s) begin += std::exchange(ends_[s], begin);
    for (Rank i = 0; i < objects.size(); ++i) objects_[ends_[slice_of_[i]]++] = objects[i];
  }

  SideArray<Rank> parents_;
  SideArray<Rank> slice_of_;
  SideArray<Rank> ends_;
  SideArray<Address> objects_;
  std::size_t slices_ = 0;
};

}  // namespace exuvia::gc
