#include "cpython/collector/candidates.hpp"

#include <algorithm>

namespace exuvia::cpython {
namespace {

using Marks = gc::MarkTable<PythonModel::kGranuleShift>;

constexpr Address kGranule = Address{1} << PythonModel::kGranuleShift;

class RunWalker {
 public:
  RunWalker(const Marks& marks, std::span<PyGC_Head* const> heads,
            gc::SideVector<Address>& candidates) noexcept
      : marks_(marks), heads_(heads), candidates_(candidates) {}

  void walk_from(Address granule) noexcept {
    if (is_head_granule(granule)) return;
    for (Address object = granule; !is_end(object); object = object_of(next_of(head_of(object)))) {
      candidates_.push_back(object);
    }
  }

 private:
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
  gc::SideVector<Address>& candidates_;
};

}  // namespace

void find_candidates(Marks& marks, std::span<PyGC_Head* const> heads,
                     gc::SideVector<Address>& candidates) noexcept {
  for (const PyGC_Head* head : heads) marks.follow(object_of(next_of(head)));
  RunWalker walker(marks, heads, candidates);
  marks.for_each_unmarked_follower([&](Address granule) { walker.walk_from(granule); });
}

}  // namespace exuvia::cpython
