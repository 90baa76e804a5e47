// The tracked objects that were not marked, found without walking the collector's lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/python_model.hpp"
#include "gc/mark_table.hpp"
#include "gc/side_vector.hpp"

namespace exuvia::cpython {

// Objects in runs of neighbours in one of the collector's lists, so that a run can be moved to
// another list as one.
class Runs {
 public:
  struct Run {
    PyGC_Head* first;
    PyGC_Head* last;
  };

  // Each object is a run.
  explicit Runs(std::span<const Address> objects) noexcept : objects_(objects) {}
  // `begins`: the position of each run's first object. They are in address order.
  Runs(std::span<const Address> objects, std::span<const std::uint32_t> begins) noexcept
      : objects_(objects), begins_(begins) {}

  std::size_t count() const noexcept { return begins_.empty() ? objects_.size() : begins_.size(); }
  Run operator[](std::size_t i) const noexcept;
  // The run that begins with that object.
  Run that_begins_with(PyGC_Head* first) const noexcept;

 private:
  std::span<const Address> objects_;
  std::span<const std::uint32_t> begins_;
};

class Candidates {
 public:
  explicit Candidates(gc::SideMemory& memory) noexcept : objects_(memory), begins_(memory) {}

  void begin_run(Address object) noexcept {
    begins_.push_back(static_cast<std::uint32_t>(objects_.size()));
    objects_.push_back(object);
  }
  void continue_run(Address object) noexcept { objects_.push_back(object); }

  std::size_t size() const noexcept { return objects_.size(); }
  std::span<const Address> view() const noexcept { return objects_.view(); }
  Runs runs() const noexcept { return {objects_.view(), begins_.view()}; }

  // Whether one was dropped for want of memory, or because they are too many to be numbered.
  bool is_incomplete() const noexcept {
    return objects_.is_exhausted() || begins_.is_exhausted() || size() > UINT32_MAX;
  }

  // To drop some: moves what stays to the front and says how many those are. Each is then a run.
  std::span<Address> all() noexcept { return {&objects_[0], size()}; }
  void keep_first(std::size_t count) noexcept {
    if (count == size()) return;
    objects_.truncate(count);
    begins_.clear();
  }

 private:
  gc::SideVector<Address> objects_;
  gc::SideVector<std::uint32_t> begins_;
};

// Adds every tracked object that is not marked and lies in one of the lists. `marks` says also what
// follows each marked object in its list; so what is a follower and not marked starts a run of
// unmarked objects, which is walked. `heads`: the lists' own heads, which end a run.
void find_candidates(gc::MarkTable<PythonModel::kGranuleShift>& marks,
                     std::span<PyGC_Head* const> heads, Candidates& candidates) noexcept;

}  // namespace exuvia::cpython
