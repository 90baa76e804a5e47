#include "cpython/collector/candidates.hpp"

#include <algorithm>

namespace exuvia::cpython {
namespace {

using Marks = gc::MarkTable<PythonModel::kGranuleShift>;

constexpr Address kGranule = Address{1} << PythonModel::kGranuleShift;

class RunWalker {
 public:
  RunWalker(const Marks& marks, std::span<PyGC_Head* const> heads, Candidates& candidates) noexcept
      : marks_(marks), heads_(heads), candidates_(candidates) {}

  void walk_from(Address granule) noexcept {
    if (is_head_granule(granule)) return;
    if (is_end(granule)) return;
    candidates_.begin_run(granule);
    for (Address object = next_of(granule); !is_end(object); object = next_of(object)) {
      candidates_.continue_run(object);
    }
  }

 private:
  static Address next_of(Address object) noexcept {
    return object_of(cpython::next_of(head_of(object)));
  }

  bool is_end(Address object) const noexcept {
    return marks_.test(object) ||
           std::find(heads_.begin(), heads_.end(), head_of(object)) != heads_.end();
  }

  // Objects start where their granule does; the lists' heads, inside the interpreter, may not.
  bool is_head_granule(Address granule) const noexcept {
    return std::any_of(heads_.begin(), heads_.end(), [granule](const PyGC_Head* head) {
      return object_of(head) / kGranule == granule / kGranule;
    });
  }

  const Marks& marks_;
  std::span<PyGC_Head* const> heads_;
  Candidates& candidates_;
};

}  // namespace

Runs::Run Runs::operator[](std::size_t i) const noexcept {
  if (begins_.empty()) return {head_of(objects_[i]), head_of(objects_[i])};
  const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : objects_.size();
  return {head_of(objects_[begins_[i]]), head_of(objects_[end - 1])};
}

Runs::Run Runs::that_begins_with(PyGC_Head* first) const noexcept {
  if (begins_.empty()) return {first, first};
  const auto found = std::lower_bound(
      begins_.begin(), begins_.end(), object_of(first),
      [this](std::uint32_t begin, Address object) { return objects_[begin] < object; });
  return (*this)[static_cast<std::size_t>(found - begins_.begin())];
}

void find_candidates(Marks& marks, std::span<PyGC_Head* const> heads,
                     Candidates& candidates) noexcept {
  for (const PyGC_Head* head : heads)
    marks.follow(Marks::place_of_follower(object_of(next_of(head))));
  RunWalker walker(marks, heads, candidates);
  marks.for_each_unmarked_follower([&](Address granule) { walker.walk_from(granule); });
}

}  // namespace exuvia::cpython
