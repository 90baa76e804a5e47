#include "cpython/collector/neighbour_garbage.hpp"

#include <algorithm>

#include "cpython/collector/places.hpp"
#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython {
namespace {

constexpr std::size_t kPrefetchDistance = 8;
// Blocks are given up when fewer than one in this many of their objects is found to be garbage.
constexpr std::size_t kWorthIt = 4;

}  // namespace

std::size_t NeighbourGarbage::free_some(Candidates& candidates) noexcept {
  if (candidates.size() == 0 || !PlainGarbage::is_unwatched()) return 0;
  if (!entries_.try_allocate(kEntries)) return 0;
  const std::span<Address> all = candidates.all();
  std::size_t kept = 0;
  std::size_t begin = 0;
  while (begin < all.size() && kept <= begin - begin / kWorthIt) {
    block_ = all.subspan(begin, std::min(kBlock, all.size() - begin));
    begin += block_.size();
    search_block();
    kept += free_unheld(all.data() + kept);
    forget_block();
  }
  std::copy(all.begin() + static_cast<std::ptrdiff_t>(begin), all.end(),
            all.begin() + static_cast<std::ptrdiff_t>(kept));
  entries_.release();
  references_.release();
  const std::size_t freed = begin - kept;
  candidates.keep_first(all.size() - freed);
  return freed;
}

void NeighbourGarbage::search_block() noexcept {
  for (std::size_t i = 0; i < block_.size(); ++i) {
    if (i + kPrefetchDistance < block_.size())
      base::prefetch_to_read(to_object(block_[i + kPrefetchDistance]));
    enlist(i);
  }
  for (std::size_t i = 0; i < block_.size(); ++i) {
    if (i + kPrefetchDistance < block_.size()) prefetch_body(block_[i + kPrefetchDistance]);
    subtract_references_of(i);
  }
  if (references_.is_exhausted()) hold_all();
  const bool is_explained = std::all_of(
      used_, used_ + block_.size(), [this](Index entry) { return entries_[entry].balance == 0; });
  if (!is_explained) hold_components();
}

void NeighbourGarbage::prefetch_body(Address object) const noexcept {
  static_cast<void>(model_.prefetch_body(object, model_.classify(object)));
}

std::size_t NeighbourGarbage::hash(Address object) noexcept {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;
  constexpr unsigned kShift = 64 - 13;
  static_assert(kEntries == std::size_t{1} << (64 - kShift));
  return ((object >> ExactPythonModel::kGranuleShift) * kGolden) >> kShift;
}

// The entry of `object`, or the free one where it would be.
NeighbourGarbage::Entry& NeighbourGarbage::entry_for(Address object) const noexcept {
  std::size_t at = hash(object);
  while (entries_[at].object != 0 && entries_[at].object != object) at = (at + 1) % kEntries;
  return entries_[at];
}

void NeighbourGarbage::enlist(std::size_t i) noexcept {
  Entry& entry = entry_for(block_[i]);
  used_[i] = index_of(entry);
  const auto count = static_cast<std::size_t>(Py_REFCNT(to_object(block_[i])));
  const bool is_countable = entry.object == 0 && count < kHeld && plain_.is_plain(block_[i]) &&
                            plain_.survives(to_address(Py_TYPE(to_object(block_[i]))));
  entry = {block_[i], used_[i], is_countable ? static_cast<std::int32_t>(count) : kHeld};
}

void NeighbourGarbage::subtract_references_of(std::size_t i) noexcept {
  Entry& self = entries_[used_[i]];
  // What is not plain may be of any layout; and whom it refers to, something is left to hold.
  if (self.balance == kHeld) return;
  PyObject* object = to_object(block_[i]);
  bool is_harmless = true;
  visit_places(
      *model_.classify(block_[i]), object,
      [&](PyObject*& place) noexcept {
        if (statics_.contains(to_address(place))) return;
        Entry& child = entry_for(to_address(place));
        if (child.object == 0) {
          is_harmless = is_harmless && plain_.survives_or_ends_quietly(place);
        } else {
          if (child.balance != kHeld) --child.balance;
          references_.push_back({&place, used_[i], index_of(child)});
        }
      },
      [&]() noexcept { is_harmless = false; });
  if (!is_harmless) self.balance = kHeld;
}

// Holds whatever is connected with an object that something else holds, or that is not plain.
void NeighbourGarbage::hold_components() noexcept {
  for (const Reference& reference : references_.view()) {
    const Index one = root_of(reference.from);
    const Index other = root_of(reference.to);
    entries_[std::max(one, other)].parent = std::min(one, other);
  }
  for (std::size_t i = 0; i < block_.size(); ++i) {
    if (entries_[used_[i]].balance != 0) entries_[root_of(used_[i])].balance = kHeld;
  }
}

NeighbourGarbage::Index NeighbourGarbage::root_of(Index entry) const noexcept {
  while (entries_[entry].parent != entry) {
    entries_[entry].parent = entries_[entries_[entry].parent].parent;
    entry = entries_[entry].parent;
  }
  return entry;
}

// Frees the block but for what is held, which goes to `rest`; returns how much that is.
std::size_t NeighbourGarbage::free_unheld(Address* rest) noexcept {
  // Nothing can be looked at once its referents are freed: but nobody looks before all are.
  for (const Reference& reference : references_.view()) {
    if (is_held(reference.from)) continue;
    *reference.place = substitute_in(to_object(entries_[reference.from].object));
  }
  std::size_t held = 0;
  for (std::size_t i = 0; i < block_.size(); ++i) {
    if (is_held(used_[i])) {
      rest[held++] = block_[i];
      continue;
    }
    Py_SET_REFCNT(to_object(block_[i]), 1);
    Py_DECREF(to_object(block_[i]));
  }
  return held;
}

bool NeighbourGarbage::is_held(Index entry) const noexcept {
  return entries_[root_of(entry)].balance != 0;
}

void NeighbourGarbage::hold_all() noexcept {
  for (std::size_t i = 0; i < block_.size(); ++i) entries_[used_[i]].balance = kHeld;
}

void NeighbourGarbage::forget_block() noexcept {
  for (std::size_t i = 0; i < block_.size(); ++i) entries_[used_[i]] = {};
  references_.clear();
}

}  // namespace exuvia::cpython
