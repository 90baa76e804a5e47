// Which of a set of objects only hold each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/edges.hpp"

namespace exuvia::runtime {

// Finds the objects of `set` that no reference from outside reaches: counts less internal
// references; what stays above zero, and all it reaches, lives. Exact, without recursion, and
// without a write to any object.
//
// rank(header) gives an object's index in `set`, or kNoRank for an object outside it. `held`
// references to each object belong to the caller and do not count. May throw std::bad_alloc, with
// nothing changed.
inline constexpr std::uint32_t kNoRank = ~std::uint32_t{0};

template <class Rank>
class CycleSearch {
 public:
  CycleSearch(const std::vector<Header*>& set, Rank rank, std::size_t held)
      : set_(set), rank_(std::move(rank)), external_(set.size()) {
    take_counts(held);
    subtract_internal_references();
    restore_reachable();
  }

  [[nodiscard]] bool is_reachable(std::size_t i) const noexcept { return external_[i] != 0; }

 private:
  void take_counts(std::size_t held) noexcept {
    for (std::size_t i = 0; i < set_.size(); ++i) {
      external_[i] =
          static_cast<std::uint32_t>(object::Counting::count(set_[i]->references) - held);
    }
  }

  void subtract_internal_references() {
    EdgeReader reader([this](const Edge& edge) {
      const std::uint32_t rank = rank_(edge.target);
      if (rank == kNoRank) return;
      if (external_[rank] == 0)
        fail("trace() visits more references than were counted", edge.target);
      --external_[rank];
    });
    for (const Header* object : set_) reader.read(object);
  }

  // Afterwards external_ is zero for what has not been reached, kReached for the rest.
  void restore_reachable() {
    std::vector<std::uint32_t> todo;
    EdgeReader reader([this, &todo](const Edge& edge) {
      const std::uint32_t rank = rank_(edge.target);
      if (rank == kNoRank || external_[rank] == kReached) return;
      external_[rank] = kReached;
      todo.push_back(rank);
    });
    for (std::size_t root = 0; root < set_.size(); ++root) {
      if (external_[root] == 0 || external_[root] == kReached) continue;
      external_[root] = kReached;
      reader.read(set_[root]);
      while (!todo.empty()) {
        const Header* const object = set_[todo.back()];
        todo.pop_back();
        reader.read(object);
      }
    }
  }

  static constexpr std::uint32_t kReached = ~std::uint32_t{0};

  const std::vector<Header*>& set_;
  Rank rank_;
  std::vector<std::uint32_t> external_;
};

}  // namespace exuvia::runtime
