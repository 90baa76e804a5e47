// CPython's heap as the collector's engine sees it.
#pragma once

#include <atomic>
#include <cstddef>
#include <type_traits>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/liveness.hpp"
#include "cpython/collector/static_objects.hpp"
#include "cpython/collector/trace_inl.hpp"
#include "cpython/collector/type_plans.hpp"
#include "cpython/collector/untouched_atoms.hpp"
#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython {

// What an object is and what it refers to: Traceable, Counted, Sliceable and BodyPrefetchable of
// object/model.hpp. `kAsCPython`: visits the containers that tp_traverse visits, as exact counting
// needs. Else, for marking, may visit more that an object owns, and an instance's type but once for
// all instances.
template <bool kAsCPython>
class Tracing {
 public:
  using Class = const TypePlan*;
  using Atoms = std::conditional_t<kAsCPython, StaticObjects, UntouchedAtoms>;

  // `plans` must outlive the model.
  Tracing(const TypePlans& plans, const Atoms& atoms) noexcept : plans_(plans), atoms_(atoms) {}

  void prefetch(Address object) const noexcept {
    base::prefetch_to_read(head_of(object));
    base::prefetch_to_read(to_object(object));
  }

  Class classify(Address object) const noexcept { return &plans_.find(Py_TYPE(to_object(object))); }

  // Untracked objects are leaves: CPython's own collector does not look into them either.
  bool is_container(Address object, Class plan) const noexcept {
    if (plan->nature == Nature::kAtom) return false;
    if (plan->nature != Nature::kContainer && !is_now_container(object, plan)) [[unlikely]]
      return false;
    return is_tracked(object);
  }
  bool is_container(Address object) const noexcept {
    return is_container(object, classify(object));
  }

  bool is_shareable(Address, Class plan) const noexcept { return plan->is_shareable; }
  bool is_shareable(Address object) const noexcept { return classify(object)->is_shareable; }

  bool is_common(Class plan) const noexcept { return plan->shape != Shape::kRare; }

  template <class Visit>
  [[gnu::always_inline]] void trace_common(Address address, Class plan,
                                           Visit&& visit) const noexcept {
    PyObject* object = to_object(address);
    const trace::PastAtoms past_atoms(visit, atoms_);
    switch (plan->shape) {
      case Shape::kTuple:
        return trace::tuple(object, past_atoms);
      case Shape::kList:
        return trace::list(object, past_atoms);
      case Shape::kDict:
        return trace::dict(object, past_atoms);
      case Shape::kAttributes:
        version::trace_attributes(object, plan->type, kAsCPython, past_atoms);
        [[fallthrough]];
      case Shape::kSlots:
        trace::slots(*plan, object, past_atoms);
        if (plan->owns_type && visits_type(*plan)) past_atoms(plan->type);
        return;
      case Shape::kRare:
        return;
    }
  }

  template <class Visit>
  void trace(Address address, Class plan, Visit&& visit) const noexcept {
    PyObject* object = to_object(address);
    const trace::PastAtoms past_atoms(visit, atoms_);
    if (plan->is_instance) {
      return trace::instance(*plan, object, kAsCPython, visits_type(*plan), past_atoms);
    }
    if (plan->base != Layout::kOther) {
      return trace::known_layout(plan->base, object, past_atoms);
    }
    trace::by_type(object, past_atoms);
    if constexpr (!kAsCPython) trace_subclasses(object, past_atoms);
  }
  template <class Visit>
  void trace(Address object, Visit&& visit) const noexcept {
    trace(object, classify(object), visit);
  }

  std::size_t length(Address address, Class plan) const noexcept {
    const PyObject* object = to_object(address);
    if (plan->shape == Shape::kList || plan->shape == Shape::kTuple)
      return static_cast<std::size_t>(Py_SIZE(object));
    if (plan->shape == Shape::kDict)
      return dict_length(reinterpret_cast<const PyDictObject*>(object));
    return 0;
  }
  std::size_t length(Address object) const noexcept { return length(object, classify(object)); }

  template <class Visit>
  void trace_range(Address address, std::size_t begin, std::size_t end,
                   Visit&& visit) const noexcept {
    PyObject* object = to_object(address);
    const trace::PastAtoms past_atoms(visit, atoms_);
    if (Py_TYPE(object) == &PyDict_Type) {
      const auto* keys = reinterpret_cast<PyDictObject*>(object)->ma_keys;
      return trace::dict_entries(keys, static_cast<Py_ssize_t>(begin), static_cast<Py_ssize_t>(end),
                                 past_atoms);
    }
    PyObject* const* items = Py_TYPE(object) == &PyList_Type
                                 ? reinterpret_cast<PyListObject*>(object)->ob_item
                                 : reinterpret_cast<PyTupleObject*>(object)->ob_item;
    trace::items(items + begin, items + end, past_atoms);
  }

  bool prefetch_body(Address address, Class plan) const noexcept {
    const PyObject* object = to_object(address);
    if (plan->shape == Shape::kDict) {
      const char* keys =
          reinterpret_cast<const char*>(reinterpret_cast<const PyDictObject*>(object)->ma_keys);
      base::prefetch_to_read(keys);
      base::prefetch_to_read(keys + 64);
      base::prefetch_to_read(keys + 112);
      return true;
    }
    if (plan->shape == Shape::kList) {
      base::prefetch_to_read(reinterpret_cast<const PyListObject*>(object)->ob_item);
      return true;
    }
    if (plan->shape != Shape::kAttributes) return false;
    version::prefetch_attributes(object);
    return true;
  }

  std::size_t count(Address object) const noexcept {
    return static_cast<std::size_t>(Py_REFCNT(to_object(object)));
  }

 private:
  // Marking goes on behind what is locked in the lists.
  static bool is_now_container(Address object, Class plan) noexcept {
    if (PyObject_IS_GC(to_object(object)) != 0) return true;
    return !kAsCPython && plan->nature == Nature::kLocked && is_live_container(object);
  }

  // Its type is reached from the first instance of many that is traced; to mark it once is enough.
  bool visits_type(const TypePlan& plan) const noexcept {
    if constexpr (kAsCPython) return true;
    // Relaxed, and several workers may be the first at once: all that is lost is time.
    std::atomic_ref<bool> visited(plan.is_type_visited);
    if (visited.load(std::memory_order_relaxed)) return false;
    visited.store(true, std::memory_order_relaxed);
    return true;
  }

  // A class owns the list of its subclasses, though its tp_traverse passes over it.
  template <class Visit>
  static void trace_subclasses(PyObject* object, const Visit& visit) noexcept {
    if (!PyType_Check(object)) return;
    const auto* type = reinterpret_cast<const PyTypeObject*>(object);
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0) visit(type->tp_subclasses);
  }

  static std::size_t dict_length(const PyDictObject* dict) noexcept {
    return dict->ma_values != nullptr ? 0 : static_cast<std::size_t>(dict->ma_keys->dk_nentries);
  }

  const TypePlans& plans_;
  const Atoms atoms_;
};

// For marking: Markable and Linked.
class PythonModel : public Tracing<false> {
 public:
  static constexpr unsigned kGranuleShift = 4;
  using Tracing::Tracing;

  Address follower(Address object) const noexcept { return head_of(object)->_gc_next + kHeadBytes; }
};

// For exact steps: CycleCountable.
class ExactPythonModel : public Tracing<true> {
 public:
  static constexpr unsigned kGranuleShift = 4;
  using Tracing::Tracing;
};

static_assert(object::Markable<PythonModel> && object::Linked<PythonModel> &&
              object::Shareable<PythonModel> && object::BodyPrefetchable<PythonModel> &&
              object::CommonlyTraceable<PythonModel> && object::Sliceable<PythonModel>);
static_assert(object::CycleCountable<ExactPythonModel> && object::Shareable<ExactPythonModel>);

}  // namespace exuvia::cpython
