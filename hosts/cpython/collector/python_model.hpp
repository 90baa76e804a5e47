// CPython's heap as the collector's engine sees it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/static_objects.hpp"
#include "cpython/collector/trace_inl.hpp"
#include "cpython/collector/type_plans.hpp"
#include "gc/address_bits.hpp"
#include "gc/workers.hpp"

namespace exuvia::cpython {

// What an object is and what it refers to: Traceable, Counted, Sliceable and BodyPrefetchable of
// object/model.hpp. `kAsCPython`: visits the containers that tp_traverse visits, as exact counting
// needs. Else, for marking, may visit more that an object owns, and an instance's type but once for
// all instances.
template <bool kAsCPython>
class Tracing {
 public:
  // `plans` must outlive the model.
  Tracing(const TypePlans& plans, const StaticObjects& statics) noexcept
      : plans_(plans), statics_(statics) {}

  void prefetch(Address object) const noexcept {
    __builtin_prefetch(head_of(object));
    __builtin_prefetch(to_object(object));
  }

  // Untracked objects are leaves: CPython's own collector does not look into them either.
  bool is_container(Address object) const noexcept {
    const PyTypeObject* type = Py_TYPE(to_object(object));
    if ((type->tp_flags & Py_TPFLAGS_HAVE_GC) == 0) return false;
    if (type->tp_is_gc != nullptr && type->tp_is_gc(to_object(object)) == 0) [[unlikely]]
      return false;
    return is_tracked(object);
  }

  bool is_shareable(Address object) const noexcept {
    const PyTypeObject* type = Py_TYPE(to_object(object));
    if (type == &PyDict_Type || type == &PyList_Type || type == &PyTuple_Type) return true;
    return plans_.find(Py_TYPE(to_object(object))).is_shareable;
  }

  template <class Visit>
  void trace(Address address, Visit&& visit) const noexcept {
    PyObject* object = to_object(address);
    PyTypeObject* type = Py_TYPE(object);
    const trace::HeapOnly on_heap(visit, statics_);
    if (type == &PyDict_Type) return trace::dict(object, on_heap);
    if (type == &PyList_Type) return trace::list(object, on_heap);
    if (type == &PyTuple_Type) return trace::tuple(object, on_heap);
    const TypePlan& plan = plans_.find(type);
    if (plan.is_instance)
      return trace::instance(plan, object, kAsCPython, visits_type(plan), on_heap);
    if (plan.base != Layout::kOther) return trace::known_layout(plan.base, object, on_heap);
    trace::by_type(object, visit);
  }

  std::size_t length(Address address) const noexcept {
    const PyObject* object = to_object(address);
    const PyTypeObject* type = Py_TYPE(object);
    if (type == &PyList_Type || type == &PyTuple_Type)
      return static_cast<std::size_t>(Py_SIZE(object));
    if (type == &PyDict_Type) return dict_length(reinterpret_cast<const PyDictObject*>(object));
    return 0;
  }

  template <class Visit>
  void trace_range(Address address, std::size_t begin, std::size_t end,
                   Visit&& visit) const noexcept {
    PyObject* object = to_object(address);
    const trace::HeapOnly on_heap(visit, statics_);
    if (Py_TYPE(object) == &PyDict_Type) {
      const auto* keys = reinterpret_cast<PyDictObject*>(object)->ma_keys;
      return trace::dict_entries(keys, static_cast<Py_ssize_t>(begin), static_cast<Py_ssize_t>(end),
                                 on_heap);
    }
    PyObject* const* items = Py_TYPE(object) == &PyList_Type
                                 ? reinterpret_cast<PyListObject*>(object)->ob_item
                                 : reinterpret_cast<PyTupleObject*>(object)->ob_item;
    trace::items(items + begin, items + end, on_heap);
  }

  void prefetch_body(Address address) const noexcept {
    const PyObject* object = to_object(address);
    const PyTypeObject* type = Py_TYPE(object);
    if (type == &PyDict_Type) {
      const char* keys =
          reinterpret_cast<const char*>(reinterpret_cast<const PyDictObject*>(object)->ma_keys);
      __builtin_prefetch(keys);
      __builtin_prefetch(keys + 64);
    } else if (type == &PyList_Type) {
      __builtin_prefetch(reinterpret_cast<const PyListObject*>(object)->ob_item);
    } else if ((type->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0) {
      version::prefetch_attributes(object);
    }
  }

  std::size_t count(Address object) const noexcept {
    return static_cast<std::size_t>(Py_REFCNT(to_object(object)));
  }

 private:
  // Its type is reached from the first instance of many that is traced; to mark it once is enough.
  bool visits_type(const TypePlan& plan) const noexcept {
    if constexpr (kAsCPython) return true;
    // Relaxed, and several workers may be the first at once: all that is lost is time.
    std::atomic_ref<bool> visited(plan.is_type_visited);
    if (visited.load(std::memory_order_relaxed)) return false;
    visited.store(true, std::memory_order_relaxed);
    return true;
  }

  static std::size_t dict_length(const PyDictObject* dict) noexcept {
    return dict->ma_values != nullptr ? 0 : static_cast<std::size_t>(dict->ma_keys->dk_nentries);
  }

  const TypePlans& plans_;
  const StaticObjects statics_;
};

// For marking: Markable. Remembers what follows each marked object in the collector's lists.
class PythonModel : public Tracing<false> {
 public:
  // A container is at least its collector header and its object header: 32 bytes.
  static constexpr unsigned kGranuleShift = 5;
  using Bits = gc::AddressBits<kGranuleShift>;

  PythonModel(const TypePlans& plans, const StaticObjects& statics, gc::SideMemory& memory) noexcept
      : Tracing(plans, statics),
        next_(make_sets(memory, std::make_index_sequence<gc::Workers::kMost>())) {}

  // The successor in the collector's list has its header 16 bytes before its object, as every
  // object has.
  void prefetch_side(Address object) const noexcept { next_[0].prefetch(object); }
  void marked(Address object, unsigned worker) noexcept {
    next_[worker].set(next_of_address(object));
  }

  // Makes ready for `workers` workers; false when there is no memory.
  bool try_prepare(unsigned workers) noexcept {
    workers_ = workers;
    for (unsigned i = 0; i < workers; ++i) {
      if (!next_[i].try_prepare()) return false;
    }
    return true;
  }

  // Marks the object behind `head` in its list as one whose predecessor is known to live.
  void follows(const PyGC_Head* head) noexcept { next_[0].set(object_of(next_of(head))); }

  // One set of all that follow a marked object in its list.
  const Bits& merged_next() noexcept {
    for (unsigned i = 1; i < workers_; ++i) next_[0].merge(next_[i]);
    return next_[0];
  }

  bool is_exhausted() const noexcept {
    for (unsigned i = 0; i < workers_; ++i) {
      if (next_[i].is_exhausted()) return true;
    }
    return false;
  }

  std::size_t memory_bytes() const noexcept {
    std::size_t sum = 0;
    for (unsigned i = 0; i < workers_; ++i) sum += next_[i].memory_bytes();
    return sum;
  }

 private:
  template <std::size_t... Worker>
  static std::array<Bits, gc::Workers::kMost> make_sets(gc::SideMemory& memory,
                                                        std::index_sequence<Worker...>) noexcept {
    return {(static_cast<void>(Worker), Bits(memory))...};
  }

  static Address next_of_address(Address object) noexcept {
    return head_of(object)->_gc_next + kHeadBytes;
  }

  unsigned workers_ = 0;
  std::array<Bits, gc::Workers::kMost> next_;
};

// For exact steps: CycleCountable. An atom must never be taken for a container there, and the body
// of an instance may be so small that an atom starts in the container's granule of 32 bytes.
class ExactPythonModel : public Tracing<true> {
 public:
  static constexpr unsigned kGranuleShift = 4;
  using Tracing::Tracing;
};

}  // namespace exuvia::cpython
