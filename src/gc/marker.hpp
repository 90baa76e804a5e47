// Marks what is reachable from roots.
#pragma once

#include <cstddef>

#include "gc/address_bits.hpp"
#include "gc/side_memory.hpp"
#include "gc/tracer.hpp"
#include "gc/workers.hpp"
#include "object/model.hpp"
#include "object/model_view.hpp"

namespace exuvia::gc {

// Marks every object that is reachable from the roots, with bits in `Marks`, writing to no object.
// Atoms are marked too, since they are known as such only once they were touched.
//
// A mark is a hint. A marked object is reachable from a root; an unmarked one is a candidate and
// nothing more: a lost bit, a reference dropped for want of memory or a root never named costs
// time, not correctness.
//
//   Marker<Model> marker(model, marks, memory, workers);
//   marker.add_root(object); ...
//   marker.run();
//
// Model: object::Markable, and optionally Classifying, BodyPrefetchable, Sliceable. With more than
// one worker its const members are called from helper threads too: is_container and is_shareable
// for any object, the tracing ones only for shareable ones. marked(object, w) is called by worker
// w, for any object.
template <object::Markable Model>
class Marker {
 public:
  using Marks = AddressBits<Model::kGranuleShift>;

  // All that is passed must outlive the marker.
  Marker(Model& model, Marks& marks, SideMemory& memory, Workers& workers,
         TracerLimits limits = {}) noexcept
      : policy_{model, marks}, tracer_(model, policy_, memory, workers, limits) {
    static_cast<void>(marks.try_prepare());
  }

  // Names a root. Cheap; any object, also an atom, and duplicates.
  void add_root(Address object) noexcept { tracer_.add_root(object); }

  // Marks from the roots added so far; more may be added and run afterwards.
  void run() noexcept { tracer_.run(); }

  // How many containers were marked; a few may be counted twice when several workers raced for
  // them.
  std::size_t marked() const noexcept { return tracer_.counts().claimed; }
  // Whether some reachable objects may be unmarked because memory ran out.
  bool is_incomplete() const noexcept {
    return tracer_.is_incomplete() || policy_.marks.is_exhausted();
  }
  // The most that the stacks needed; the marks are the caller's.
  std::size_t memory_bytes() const noexcept { return tracer_.memory_bytes(); }

 private:
  struct Policy {
    using View = object::ModelView<Model>;

    Model& model;
    Marks& marks;

    bool admit(Address object, unsigned) noexcept { return !marks.test_and_set(object); }
    void prefetch(Address object) const noexcept { model.prefetch(object); }
    bool accept(Address object, typename View::Class known, unsigned worker) noexcept {
      if (!View(model).is_container(object, known)) return false;
      model.marked(object, worker);
      return true;
    }
  };

  Policy policy_;
  Tracer<Model, Policy> tracer_;
};

}  // namespace exuvia::gc
