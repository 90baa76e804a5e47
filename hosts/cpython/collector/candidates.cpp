#include "cpython/collector/candidates.hpp"

#include <algorithm>

#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython {
namespace {

constexpr Address kGranule = Address{1} << PythonModel::kGranuleShift;

// Neighbours in a list usually lie one behind the other, so that what comes soon is fetched in
// time.
constexpr Address kFetchedAheadBytes = 1024;
constexpr std::size_t kFetchedStarts = 8;

}  // namespace

std::span<const Address> Runs::objects_of(std::size_t i) const noexcept {
  if (begins_.empty()) return objects_.subspan(i, 1);
  const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : objects_.size();
  return objects_.subspan(begins_[i], end - begins_[i]);
}

Runs::Run Runs::that_begins_with(PyGC_Head* first) const noexcept {
  if (begins_.empty()) return {first, first};
  const auto found = std::lower_bound(
      begins_.begin(), begins_.end(), object_of(first),
      [this](std::uint32_t begin, Address object) { return objects_[begin] < object; });
  return (*this)[static_cast<std::size_t>(found - begins_.begin())];
}

CandidateWalk::CandidateWalk(Marks& marks, std::span<PyGC_Head* const> heads,
                             gc::SideMemory& memory) noexcept
    : marks_(marks), heads_(heads), starts_(memory) {
  for (const PyGC_Head* head : heads)
    marks.follow(Marks::place_of_follower(object_of(next_of(head))));
  marks.for_each_unmarked_follower([&](Address granule) {
    if (!is_head_granule(granule) && !is_end(granule)) starts_.push_back(granule);
  });
}

bool CandidateWalk::try_next(Address& object, bool& begins_run) noexcept {
  begins_run = next_ == 0 || is_end(next_);
  if (begins_run) {
    if (next_start_ == starts_.size()) return false;
    if (next_start_ + kFetchedStarts < starts_.size())
      base::prefetch_to_read(head_of(starts_[next_start_ + kFetchedStarts]));
    next_ = starts_[next_start_++];
  }
  object = next_;
  base::prefetch_to_read(head_of(object + kFetchedAheadBytes));
  next_ = object_of(next_of(head_of(object)));
  return true;
}

bool CandidateWalk::is_end(Address object) const noexcept {
  return marks_.test(object) ||
         std::find(heads_.begin(), heads_.end(), head_of(object)) != heads_.end();
}

// Objects start where their granule does; the lists' heads, inside the interpreter, may not.
bool CandidateWalk::is_head_granule(Address granule) const noexcept {
  return std::any_of(heads_.begin(), heads_.end(), [granule](const PyGC_Head* head) {
    return object_of(head) / kGranule == granule / kGranule;
  });
}

}  // namespace exuvia::cpython
