// Which of the objects of a log only hold each other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "exuvia/base/prefetch.hpp"
#include "runtime/edges.hpp"

namespace exuvia::runtime {

// What gc::CycleFinder does with side tables for any set, this does for objects that know their own
// index: no table is built, so that a collection of a few hundred objects costs no more than they
// do. Counts less internal references; what stays above zero, and all it reaches, lives. Exact,
// without recursion, and without a write to any object. Where counting alone tells that all live,
// as OldMarks describes, here in order of birth, nothing is traced a second time.
class YoungSearch {
 public:
  // Searches the objects of a log from position `begin` on. Throws std::bad_alloc, with nothing
  // changed. The result stands until the next search, or until the log changes.
  void run(std::span<Header* const> objects, std::uint32_t begin) {
    objects_ = objects;
    begin_ = begin;
    balances_.assign(objects.size(), 0);
    firsts_.clear();
    firsts_.reserve(objects.size());
    todo_.clear();
    todo_.reserve(objects.size());  // so that nothing throws through a class's trace()
    subtract_internal_references();
    are_all_reachable_ = do_firsts_hold_all();
    if (!are_all_reachable_) restore_reachable();
  }

  // By place in `objects`.
  [[nodiscard]] bool is_reachable(std::size_t place) const noexcept {
    return are_all_reachable_ || balances_[place] != 0;
  }

 private:
  static constexpr std::size_t kAhead = 8;

  void prefetch(std::size_t place) const noexcept {
    if (place < objects_.size()) base::prefetch_to_read(objects_[place]);
  }
  [[nodiscard]] bool is_inside(const Header* object) const noexcept {
    // An object of another heap is in a log too, but not in this one's place.
    return object->place() == object::Place::kLogged && place_of(object) < objects_.size() &&
           objects_[place_of(object)] == object;
  }
  // Large for an object before the first.
  [[nodiscard]] std::uint32_t place_of(const Header* object) const noexcept {
    return object->position() - begin_;
  }

  // On the way a balance may pass below zero, as counts are added when an object's turn comes.
  void subtract_internal_references() {
    std::int32_t* const balances = balances_.data();  // no write to it changes where it is
    const std::span<Header* const> objects = objects_;
    EdgeReader reader([this, balances](const Edge& edge) {
      if (is_inside(edge.target)) --balances[place_of(edge.target)];
    });
    for (std::size_t i = 0; i < objects.size(); ++i) {
      prefetch(i + kAhead);
      const Header* const object = objects[i];
      if (object == nullptr) continue;
      if (balances[i] == 0) firsts_.push_back(i);
      balances[i] += static_cast<std::int32_t>(object::Counting::count(object->references));
      reader.read(object);
    }
  }

  // An object is first if none before it refers to it. Not so where some object is miscounted.
  [[nodiscard]] bool do_firsts_hold_all() const noexcept {
    const auto is_held = [this](std::size_t place) { return balances_[place] > 0; };
    const auto is_negative = [](std::int32_t balance) { return balance < 0; };
    return std::all_of(firsts_.begin(), firsts_.end(), is_held) &&
           std::none_of(balances_.begin(), balances_.end(), is_negative);
  }

  // Sweeps the log once: an object is traced when the sweep comes to it, or when it is reached
  // after the sweep has passed it. Most references lead from older to younger objects, that is,
  // forwards.
  void restore_reachable() {
    std::size_t swept = 0;
    EdgeReader reader([this, &swept](const Edge& edge) {
      if (!is_inside(edge.target)) return;
      const std::size_t place = place_of(edge.target);
      if (balances_[place] != 0) return;
      balances_[place] = 1;
      if (place < swept) todo_.push_back(edge.target);
    });
    while (swept < objects_.size()) {
      const std::size_t next = swept++;
      prefetch(next + kAhead);
      if (balances_[next] <= 0) {
        if (balances_[next] < 0) [[unlikely]]
          fail("trace() visits more references than were counted", objects_[next]);
        continue;
      }
      reader.read(objects_[next]);
      while (!todo_.empty()) {
        const Header* const object = todo_.back();
        todo_.pop_back();
        reader.read(object);
      }
    }
  }

  std::span<Header* const> objects_;
  std::uint32_t begin_ = 0;
  std::vector<std::int32_t> balances_;
  std::vector<std::size_t> firsts_;  // places
  std::vector<const Header*> todo_;
  bool are_all_reachable_ = false;
};

}  // namespace exuvia::runtime
