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

  std::span<const Address> objects() const noexcept { return objects_; }
  std::size_t count() const noexcept { return begins_.empty() ? objects_.size() : begins_.size(); }
  std::span<const Address> objects_of(std::size_t i) const noexcept;
  Run operator[](std::size_t i) const noexcept {
    return {head_of(objects_of(i).front()), head_of(objects_of(i).back())};
  }
  // The run that begins with that object.
  Run that_begins_with(PyGC_Head* first) const noexcept;

 private:
  std::span<const Address> objects_;
  std::span<const std::uint32_t> begins_;
};

class Candidates {
 public:
  explicit Candidates(gc::SideMemory& memory) noexcept : objects_(memory), begins_(memory) {}

  // `begins_run`: it does not follow the object added before.
  void add(Address object, bool begins_run) noexcept {
    if (begins_run && has_runs_) begins_.push_back(static_cast<std::uint32_t>(objects_.size()));
    objects_.push_back(object);
  }
  // To be told when some are not added: each object is then a run.
  void forget_runs() noexcept {
    has_runs_ = false;
    begins_.clear();
  }

  std::size_t size() const noexcept { return objects_.size(); }
  std::span<const Address> view() const noexcept { return objects_.view(); }
  Runs runs() const noexcept { return {objects_.view(), begins_.view()}; }

  // Whether one was dropped for want of memory, or because they are too many to be numbered.
  bool is_incomplete() const noexcept {
    return objects_.is_exhausted() || begins_.is_exhausted() || size() > UINT32_MAX;
  }

 private:
  gc::SideVector<Address> objects_;
  gc::SideVector<std::uint32_t> begins_;
  bool has_runs_ = true;
};

// The way through every tracked object that is not marked and lies in one of the lists. The marks
// say also what follows each marked object in its list; so what is a follower and not marked starts
// a run of unmarked objects. What was passed may be freed meanwhile.
class CandidateWalk {
 public:
  using Marks = gc::MarkTable<PythonModel::kGranuleShift>;

  // `heads`: the lists' own heads, which end a run. Both must outlive the walk.
  CandidateWalk(Marks& marks, std::span<PyGC_Head* const> heads, gc::SideMemory& memory) noexcept;

  // Whether some cannot be found for want of memory.
  bool is_incomplete() const noexcept { return starts_.is_exhausted() || marks_.is_exhausted(); }

  // Takes the next candidate; false when there is none. `begins_run`: whether it is the first of a
  // run.
  bool try_next(Address& object, bool& begins_run) noexcept;

 private:
  bool is_end(Address object) const noexcept;
  bool is_head_granule(Address granule) const noexcept;

  const Marks& marks_;
  std::span<PyGC_Head* const> heads_;
  gc::SideVector<Address> starts_;
  std::size_t next_start_ = 0;
  Address next_ = 0;  // in the run; 0: none
};

}  // namespace exuvia::cpython
