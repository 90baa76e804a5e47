// Freeing garbage whose end no code of the program's can observe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "cpython/collector/finalization.hpp"
#include "cpython/collector/python_model.hpp"
#include "gc/cycle_finder.hpp"
#include "gc/mark_table.hpp"

namespace exuvia::cpython {

using Finder = exuvia::gc::CycleFinder<ExactPythonModel>;

// Plain garbage: lists, tuples, dicts, sets, functions, methods, cells and instances of classes
// written in Python that have neither finalizers nor weak references, and refer to nothing whose
// end would call for more than freeing it. CPython would go over them five times and clear each
// one; to the program it makes no difference if they are freed at once.
class PlainGarbage {
 public:
  using Marks = exuvia::gc::MarkTable<PythonModel::kGranuleShift>;

  // `marks`: what was marked. `doubtful`: what was marked though maybe nothing but garbage holds
  // it, in order. `deallocate`: what CPython gives to classes written in Python.
  PlainGarbage(const TypePlans& plans, const StaticObjects& statics, const Marks& marks,
               const std::vector<Address>& doubtful, destructor deallocate) noexcept
      : plans_(plans),
        statics_(statics),
        marks_(marks),
        doubtful_(doubtful),
        deallocate_(deallocate) {}

  // Frees `objects`, which refer to no others of the unreachable in `finder`. False, and nothing is
  // changed, unless they are plain and as many references to them, counted anew, come from among
  // them as their counts say.
  [[nodiscard]] bool try_free(std::span<const Address> objects, const Finder& finder) noexcept;

  // False if somebody asked CPython to be told of every object's end: then nothing is plain.
  static bool is_unwatched() noexcept;
  // Whether an object may be plain garbage, as far as that does not depend on what it refers to
  // beyond its type, which survives.
  bool is_plain(Address object) noexcept {
    PyTypeObject* type = Py_TYPE(to_object(object));
    if (type != last_plain_) {
      if (!is_plain_type(type)) return false;
      last_plain_ = type;
    }
    return !is_watched_dict(object) && !has_weak_references(to_object(object), type);
  }
  // Whether something alive holds an object.
  bool survives(Address object) const noexcept {
    return statics_.contains(object) || (marks_.test(object) && !is_doubtful(object));
  }
  // Whether an object survives, or is no tracked container and nothing but its memory's release
  // follows when its last reference goes.
  bool survives_or_ends_quietly(PyObject* object) const noexcept;

 private:
  bool is_closed_and_plain(std::span<const Address> objects, const Finder& finder) noexcept;
  bool is_doubtful(Address object) const noexcept {
    return std::binary_search(doubtful_.begin(), doubtful_.end(), object);
  }
  bool outlives_or_ends_quietly(PyObject* object) const noexcept;
  static bool is_watched_dict(Address object) noexcept;
  bool is_plain_type(PyTypeObject* type) const noexcept;
  bool is_freed_as_layout(const PyTypeObject* type, Layout layout) const noexcept;
  template <int kDepth>
  bool ends_quietly(PyObject* object) const noexcept;
  void free(Address object, const Finder& finder) const noexcept;

  const TypePlans& plans_;
  const StaticObjects statics_;
  const Marks& marks_;
  const std::vector<Address>& doubtful_;
  const destructor deallocate_;
  const PyTypeObject* last_plain_ = nullptr;
};

// Whether somebody asked to be told of the dict's end.
template <class Dict>
bool is_watched(const Dict* dict) noexcept {
  if constexpr (requires { dict->_ma_watcher_tag; }) {
    return dict->_ma_watcher_tag != 0;
  } else if constexpr (PY_VERSION_HEX >= 0x030C0000) {
    constexpr unsigned kWatchers = 0xff;
    return (dict->ma_version_tag & kWatchers) != 0;
  } else {
    return false;
  }
}

inline bool PlainGarbage::is_watched_dict(Address object) noexcept {
  return PyDict_Check(to_object(object)) && is_watched(reinterpret_cast<PyDictObject*>(object));
}

}  // namespace exuvia::cpython
