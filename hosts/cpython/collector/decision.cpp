#include "cpython/collector/decision.hpp"

#include <algorithm>

#include "cpython/collector/heads.hpp"

namespace exuvia::cpython {
namespace {

// To mark through a frozen object costs about an eighth of what CPython takes to examine one that
// is not.
constexpr std::size_t kFrozenPerExamined = 8;
// More frozen objects than this are not worth counting.
constexpr std::size_t kMostFrozen = 4'000'000;
// How many candidates tell of what kind most of them are.
constexpr std::size_t kSample = 1'000;
// To find what lives is worth it if CPython has to dispose of up to so many times as much.
constexpr std::size_t kWorthwhile = 3;
// Keeps samples out of step with structures that come again and again.
constexpr std::size_t kJitter = 7'919;

std::size_t not_negative(Py_ssize_t count) noexcept {
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::size_t examined_up_to(const GcState& gc, std::size_t limit) noexcept {
  std::size_t count = 0;
  for (const int generation : {2, 0, 1}) {
    count += list::count_up_to(&gc.generations[generation].head, limit - count);
  }
  return count;
}

// Counted anew only when the list's ends have changed.
std::size_t frozen_count(const GcState& gc) noexcept {
  static const PyGC_Head* counted_first = nullptr;
  static const PyGC_Head* counted_last = nullptr;
  static std::size_t counted = 0;
  const PyGC_Head* list = &gc.permanent_generation.head;
  if (list::is_empty(list)) return 0;
  if (next_of(list) != counted_first || previous_of(list) != counted_last) {
    counted = list::count_up_to(list, kMostFrozen);
    counted_first = next_of(list);
    counted_last = previous_of(list);
  }
  return counted;
}

}  // namespace

std::size_t estimated_objects(const GcState& gc) noexcept {
  const std::size_t per_collection = not_negative(gc.generations[0].threshold);
  return not_negative(gc.long_lived_total) + not_negative(gc.long_lived_pending) +
         not_negative(gc.generations[0].count) +
         not_negative(gc.generations[1].count) * per_collection;
}

bool is_worth_taking(const GcState& gc, std::size_t floor) noexcept {
  if (floor == 0) return true;
  if (estimated_objects(gc) < floor) return false;
  const std::size_t frozen = frozen_count(gc);
  if (frozen == 0) return true;
  const std::size_t needed = std::max(floor, frozen / kFrozenPerExamined);
  return frozen < kMostFrozen && examined_up_to(gc, needed) == needed;
}

bool are_mostly_plain(std::span<const Address> candidates, PlainGarbage& plain) noexcept {
  std::size_t plain_ones = 0;
  const std::size_t samples = std::min(kSample, candidates.size());
  const std::size_t step = candidates.size() / samples;
  for (std::size_t i = 0; i < samples; ++i)
    plain_ones += plain.is_plain(candidates[i * step + i * kJitter % step]);
  return plain_ones > samples * 2 / 3;
}

bool is_worth_searching(std::span<const Address> candidates, PlainGarbage& plain,
                        std::size_t search_from) noexcept {
  return search_from == 0 ||
         (candidates.size() >= search_from && are_mostly_plain(candidates, plain));
}

bool Doubt::is_in_the_way(std::size_t objects) noexcept {
  if (objects > 2 * objects_ || to_pass_ == 0) {
    to_pass_ = 0;
    objects_ = objects;
    return false;
  }
  --to_pass_;
  return true;
}

void Doubt::learn(std::size_t ours, std::size_t left_to_cpython) noexcept {
  passed_last_ = left_to_cpython <= kWorthwhile * ours
                     ? 0
                     : std::clamp(2 * passed_last_, kFewestPassed, kMostPassed);
  to_pass_ = passed_last_;
}

}  // namespace exuvia::cpython
