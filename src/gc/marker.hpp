// Marks what is reachable from roots.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <new>
#include <span>

#include "gc/mark_exchange.hpp"
#include "gc/mark_table.hpp"
#include "gc/mark_worker.hpp"
#include "gc/side_memory.hpp"
#include "gc/tracer.hpp"
#include "gc/workers.hpp"
#include "object/model.hpp"

namespace exuvia::gc {

// Marks every object that is reachable from the roots, in a MarkTable, writing to no object. Atoms
// are marked too, since they are known as such only once they were touched.
//
// A mark is a hint. A marked object is reachable from a root; an unmarked one is a candidate and
// nothing more: a reference dropped for want of memory, a root never named or an object that does
// not start with its granule costs time, not correctness.
//
//   Marker<Model> marker(model, marks, memory, workers);
//   marker.add_root(object); ...
//   marker.run();
//
// Helpers are called when there is work for several workers, and sent away when there is not.
//
// Model: object::Markable, and optionally Linked, Classifying, BodyPrefetchable, Sliceable. With
// more than one worker its const members are called from helper threads too: is_container,
// is_shareable and follower for any object, the tracing ones only for shareable ones.
template <object::Markable Model>
class Marker {
 public:
  using Marks = MarkTable<Model::kGranuleShift>;

  // All that is passed must outlive the marker.
  Marker(const Model& model, Marks& marks, SideMemory& memory, Workers& workers,
         TracerLimits limits = {}) noexcept
      : model_(model),
        marks_(marks),
        workers_(workers),
        chunks_(memory, limits.stack_bytes),
        crowd_(object::Shareable<Model> && limits.uses_helpers ? kLeastCrowd : Worker::kNoCrowd),
        first_(model, marks, chunks_, exchange_, 0) {
    static_cast<void>(marks.try_prepare());
    each_[0] = &first_;
  }
  Marker(const Marker&) = delete;
  Marker& operator=(const Marker&) = delete;
  ~Marker() {
    for (unsigned i = 1; i < made_; ++i) each_[i]->~Worker();
  }

  // Names a root. Cheap; any object, also an atom, and duplicates.
  void add_root(Address object) noexcept { first_.mark(object); }

  // Marks from the roots added so far; more may be added and run afterwards.
  void run() noexcept {
    for (;;) {
      first_.drain(crowd_);
      if (!first_.is_crowded()) return;
      share(workers_.prepare());
    }
  }

  // How many containers were marked.
  std::size_t marked() const noexcept { return sum(&Worker::marked); }
  // Whether some reachable objects may be unmarked because memory ran out.
  bool is_incomplete() const noexcept {
    return sum(&Worker::dropped) != 0 || marks_.is_exhausted();
  }
  std::size_t marked_by_helpers() const noexcept { return marked() - first_.marked(); }
  // The most that was needed beside the marks, which are the caller's.
  std::size_t memory_bytes() const noexcept { return chunks_.memory_bytes(); }

 private:
  using Worker = MarkWorker<Model>;
  static_assert(sizeof(Worker) <= ChunkSource::kChunkBytes);

  // Cards that must wait before helpers are called, the first time; each time twice as many, so
  // that a heap which turns narrow again and again does not call them for nothing.
  static constexpr std::size_t kLeastCrowd = 256;

  void share(unsigned available) noexcept {
    const unsigned count = std::bit_floor(make_workers(available));
    crowd_ = count == 1 ? Worker::kNoCrowd : 2 * crowd_;
    if (count == 1) return;
    const std::span<Worker* const> owners(each_.data(), count);
    first_.deal(owners);
    exchange_.open(count);
    workers_.run([&](unsigned number) noexcept {
      if (number < count) each_[number]->run(count);
    });
    for (Worker* worker : owners) first_.take_over(*worker);
  }

  // Returns how many there are.
  unsigned make_workers(unsigned wanted) noexcept {
    wanted = std::min(wanted, MarkExchange::kMostWorkers);
    for (; made_ < wanted; ++made_) {
      void* memory = chunks_.try_take();
      if (memory == nullptr) return made_;
      each_[made_] = new (memory) Worker(model_, marks_, chunks_, exchange_, made_);
    }
    return wanted;
  }

  std::size_t sum(std::size_t (Worker::*figure)() const noexcept) const noexcept {
    std::size_t total = 0;
    for (unsigned i = 0; i < made_; ++i) total += (each_[i]->*figure)();
    return total;
  }

  const Model& model_;
  Marks& marks_;
  Workers& workers_;
  ChunkSource chunks_;
  MarkExchange exchange_;
  std::size_t crowd_;
  Worker first_;
  unsigned made_ = 1;
  std::array<Worker*, MarkExchange::kMostWorkers> each_{};
};

}  // namespace exuvia::gc
