// When collections start, and of which generation.
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>

#include "exuvia/runtime/collector.hpp"
#include "runtime/old_cycle.hpp"

namespace exuvia {

namespace {

// Searches of each generation that automatic collections may leave out in a row, for want of a
// suspect. As the oldest grows by a quarter between two, it grows sixfold at most without a search.
constexpr std::array<std::uint32_t, kGenerations> kMostIdleSearches{15, 15, 7};

// Under the incremental policy a step is due, too, when so many objects have been born for each
// that the threshold grants, however many have died: as the pause is in proportion to them.
constexpr std::uint32_t kPlacesABirth = 2;

constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void Collector::update_limit() noexcept {
  const bool may_start =
      is_enabled_ && !is_collecting_ && no_collection_depth_ == 0 && thresholds_[0] != 0;
  const bool comes_halfway = policy_ == Policy::kIncremental && !is_halfway_;
  if (!may_start) return core_.set_young_bounds({kNever, kNever});
  const std::uint32_t births = thresholds_[0] / (comes_halfway ? 2 : 1);
  const bool are_places_bounded =
      policy_ == Policy::kIncremental && births < kNever / kPlacesABirth;
  core_.set_young_bounds({births, are_places_bounded ? births * kPlacesABirth : kNever});
}

void Collector::enable() noexcept {
  core_.check_thread();
  is_enabled_ = true;
  update_limit();
}

void Collector::disable() noexcept {
  core_.check_thread();
  is_enabled_ = false;
  update_limit();
}

void Collector::enter_no_collection_scope() noexcept {
  core_.check_thread();
  core_.enter_scope();
  ++no_collection_depth_;
  update_limit();
}

void Collector::leave_no_collection_scope() noexcept {
  core_.check_thread();
  core_.leave_scope();
  --no_collection_depth_;
  update_limit();
}

void Collector::set_thresholds(Thresholds thresholds) noexcept {
  core_.check_thread();
  thresholds_ = thresholds;
  if (policy_ == Policy::kIncremental) thresholds_[2] = 0;
  update_limit();
}

void Collector::set_policy(Policy policy) noexcept {
  core_.check_thread();
  (void)old_cycle_->abandon();  // without memory candidates stay such until the next collection
  if (policy == Policy::kIncremental) core_.generations_.log.rejuvenate_old();
  policy_ = policy;
  counts_ = {};
  set_thresholds({2000, 10, 10});
}

std::array<std::uint32_t, kGenerations> Collector::get_counts() const noexcept {
  core_.check_thread();
  return {core_.generations_.log.births(), counts_[1], counts_[2]};
}

// Candidates are searched together with the young, and then twice as often.
bool Collector::is_old_wanted() const noexcept {
  return policy_ == Policy::kIncremental && !is_halfway_ && !old_cycle_->hands_over();
}

unsigned Collector::due_generation() const noexcept {
  if (policy_ == Policy::kIncremental) return 0;
  if (counts_[2] > thresholds_[2] && waiting_ > survivors_ / 4) return 2;
  return counts_[1] > thresholds_[1] ? 1 : 0;
}

void Collector::collect_automatically() noexcept {
  is_automatic_ = true;
  if (is_old_wanted()) {
    look_at_old_alone();
  } else {
    collect(due_generation());
  }
  is_automatic_ = false;
  end_heap_if_due();
}

// Whether a reference to one of the objects has ever gone while others stayed.
bool Collector::has_suspects(unsigned generation) const noexcept {
  const std::span<const bool> searched(core_.suspects_.data(), generation + 1);
  return std::any_of(searched.begin(), searched.end(), std::identity());
}

// Whether an automatic collection without suspects would hardly find garbage. A cycle of such
// objects is garbage only if the last reference to it was moved into it. That is rare, so such a
// heap is searched now and then, and whenever the program asks; and for a while each time, once
// something was found.
bool Collector::is_search_idle(unsigned generation, bool is_suspected) noexcept {
  std::uint32_t& left_out = idle_searches_[generation];
  const bool is_due =
      is_suspected || is_more_expected(generation) || left_out == kMostIdleSearches[generation];
  if (is_automatic_ && !is_due) {
    ++left_out;
    return true;
  }
  left_out = 0;
  if (!is_suspected) note_expected_search(generation);
  return false;
}

void Collector::note_expected_search(unsigned generation) noexcept {
  if (is_more_expected(generation)) --searches_due_[generation];
}

// Of that age, or older.
void Collector::expect_more_from(unsigned generation) noexcept {
  constexpr std::uint32_t kSearches = 16;
  std::fill(searches_due_.begin() + generation, searches_due_.end(), kSearches);
}

}  // namespace exuvia
