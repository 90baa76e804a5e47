#include "cpython/collector/neighbour_block.hpp"

#include <algorithm>
#include <bit>

#include "cpython/collector/places.hpp"
#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython {
namespace {

constexpr std::size_t kPrefetchDistance = 16;

}  // namespace

void NeighbourBlock::inherit(const NeighbourBlock& before) noexcept {
  const std::size_t begin = before.size_;
  const std::size_t end = before.filled_;
  std::fill(std::begin(tables_[0].slots), std::end(tables_[0].slots), Index{0});
  references_.clear();
  filled_ = size_ = 0;
  for (std::size_t i = begin; i < end; ++i)
    enlist(before.tables_[0].objects[i], before.begins_run_[i]);
}

bool NeighbourBlock::try_fill(const NeighbourBlock& before, CandidateWalk& walk) noexcept {
  inherit(before);
  Address object = 0;
  bool begins_run = false;
  while (filled_ < kMost && walk.try_next(object, begins_run)) enlist(object, begins_run);
  size_ = filled_;
  return size_ != 0;
}

// What the object holds is fetched, and will lie in the cache when the block is full.
void NeighbourBlock::enlist(Address object, bool begins_run) noexcept {
  const std::size_t i = filled_++;
  Tables& tables = tables_[0];
  tables.objects[i] = object;
  begins_run_[i] = begins_run;
  Index& slot = slot_for(object);
  const auto count = static_cast<std::size_t>(Py_REFCNT(to_object(object)));
  const bool is_countable = slot == 0 && count < kHeld && plain_.is_plain(object);
  slot = static_cast<Index>(i + 1);
  tables.balances[i] = is_countable ? static_cast<Balance>(count) : kHeld;
  tables.parents[i] = static_cast<Index>(i);
  if (is_countable) static_cast<void>(model_.prefetch_body(object, model_.classify(object)));
}

void NeighbourBlock::search() noexcept {
  for (std::size_t i = 0; i < size_; ++i) subtract_references_of(i);
  if (references_.is_exhausted()) std::fill_n(tables_[0].balances, size_, kHeld);
  // More candidates may follow, and explain counts at the end.
  if (size_ == kMost) {
    const std::size_t cut = last_cut();
    if (cut != 0 && !is_explained(cut, size_)) leave_over_from(cut);
  }
  if (!is_explained(0, size_)) hold_components();
}

std::size_t NeighbourBlock::hash(Address object) noexcept {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;
  constexpr int kShift = 64 - std::countr_zero(kSlots);
  static_assert(std::has_single_bit(kSlots));
  return ((object >> ExactPythonModel::kGranuleShift) * kGolden) >> kShift;
}

// The slot of `object`, or the free one where it would be.
NeighbourBlock::Index& NeighbourBlock::slot_for(Address object) const noexcept {
  Tables& tables = tables_[0];
  std::size_t at = hash(object);
  while (tables.slots[at] != 0 && tables.objects[tables.slots[at] - 1] != object)
    at = (at + 1) % kSlots;
  return tables.slots[at];
}

void NeighbourBlock::subtract_references_of(std::size_t i) noexcept {
  Tables& tables = tables_[0];
  // What is not plain may be of any layout; and whom it refers to, something is left to hold.
  if (tables.balances[i] == kHeld) return;
  PyObject* object = to_object(tables.objects[i]);
  bool is_harmless = true;
  visit_places(
      *model_.classify(tables.objects[i]), object,
      [&](PyObject*& place) noexcept {
        if (statics_.contains(to_address(place))) return;
        const Index slot = slot_for(to_address(place));
        if (slot == 0) {
          is_harmless = is_harmless && plain_.survives_or_ends_quietly(place);
        } else {
          const auto child = static_cast<Index>(slot - 1);
          if (tables.balances[child] != kHeld) --tables.balances[child];
          connect(static_cast<Index>(i), child);
          references_.push_back({&place, static_cast<Index>(i), child});
        }
      },
      [&]() noexcept { is_harmless = false; });
  if (!is_harmless) tables.balances[i] = kHeld;
}

// Notes, of the objects that the one further behind is connected with, the foremost.
void NeighbourBlock::connect(Index one, Index other) noexcept {
  Index& parent = tables_[0].parents[std::max(one, other)];
  parent = std::min({parent, one, other});
}

bool NeighbourBlock::is_explained(std::size_t begin, std::size_t end) const noexcept {
  const Balance* balances = tables_[0].balances;
  return std::all_of(balances + begin, balances + end,
                     [](Balance balance) { return balance == 0; });
}

// The last place that no reference crosses.
std::size_t NeighbourBlock::last_cut() const noexcept {
  std::size_t cut = size_ - 1;
  for (std::size_t i = size_; i-- > cut;) cut = std::min<std::size_t>(cut, tables_[0].parents[i]);
  return cut;
}

void NeighbourBlock::leave_over_from(std::size_t begin) noexcept {
  size_ = begin;
  std::size_t count = references_.size();
  while (count != 0 && references_[count - 1].from >= begin) --count;
  references_.truncate(count);
}

// Holds whatever is connected with an object that something else holds, or that is not plain.
void NeighbourBlock::hold_components() noexcept {
  Tables& tables = tables_[0];
  for (const Reference& reference : references_.view()) {
    const Index one = root_of(reference.from);
    const Index other = root_of(reference.to);
    tables.parents[std::max(one, other)] = std::min(one, other);
  }
  for (std::size_t i = 0; i < size_; ++i) {
    if (tables.balances[i] != 0) tables.balances[root_of(static_cast<Index>(i))] = kHeld;
  }
  for (std::size_t i = 0; i < size_; ++i)
    tables.balances[i] = tables.balances[root_of(static_cast<Index>(i))];
}

NeighbourBlock::Index NeighbourBlock::root_of(Index i) const noexcept {
  Index* parents = tables_[0].parents;
  while (parents[i] != i) i = parents[i] = parents[parents[i]];
  return i;
}

std::size_t NeighbourBlock::free_unheld(Candidates& rest) noexcept {
  const Tables& tables = tables_[0];
  // Nothing can be looked at once its referents are freed: but nobody looks before all are.
  for (std::size_t i = 0; i < references_.size(); ++i) {
    if (i + kPrefetchDistance < references_.size()) {
      const Reference& next = references_[i + kPrefetchDistance];
      base::prefetch_to_write(next.place);
      base::prefetch_to_write(head_of(tables.objects[next.from]));
    }
    const Reference& reference = references_[i];
    if (tables.balances[reference.from] == 0)
      *reference.place = substitute_in(to_object(tables.objects[reference.from]));
  }
  std::size_t freed = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    PyObject* object = to_object(tables.objects[i]);
    if (tables.balances[i] != 0) {
      rest.add(tables.objects[i], begins_run_[i]);
      continue;
    }
    ++freed;
    Py_SET_REFCNT(object, 1);
    Py_DECREF(object);
  }
  if (freed != 0) rest.forget_runs();
  return freed;
}

void NeighbourBlock::give_left_over(Candidates& rest) const noexcept {
  for (std::size_t i = size_; i < filled_; ++i) rest.add(tables_[0].objects[i], begins_run_[i]);
}

}  // namespace exuvia::cpython
