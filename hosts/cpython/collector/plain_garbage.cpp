#include "cpython/collector/plain_garbage.hpp"

#include "cpython/collector/places.hpp"
#include "exuvia/base/prefetch.hpp"

namespace exuvia::cpython {
namespace {

constexpr std::size_t kPrefetchDistance = 8;
// CPython's untracked tuples and dicts hold atoms, and tuples of atoms; code holds more of both.
constexpr int kQuietDepth = 3;

bool is_simple_atom(const PyObject* object) noexcept {
  const PyTypeObject* type = Py_TYPE(object);
  return type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type ||
         type == &PyBytes_Type || type == &PyBool_Type || type == &PyComplex_Type;
}

// Whether somebody asked to be told of the code's end, or its end is more than CPython's affair.
template <class Code>
bool is_watched_code(const Code* code) noexcept {
  if constexpr (requires { code->co_executors; }) {
    if (code->co_executors != nullptr) return true;
  }
  return code->co_extra != nullptr || code->co_weakreflist != nullptr;
}

// Whether the text and the tables that the code holds are atoms: it may have been given others of
// classes of the program's.
bool are_tables_atoms(const PyCodeObject* code) noexcept {
  return is_simple_atom(code->co_filename) && is_simple_atom(code->co_name) &&
         is_simple_atom(code->co_qualname) && is_simple_atom(code->co_linetable) &&
         is_simple_atom(code->co_exceptiontable);
}

// Whether the tuples of names that the code holds, and what CPython made of them, are no containers
// to the collector.
template <class Code>
bool are_names_untracked(const Code* code) noexcept {
  const auto is_untracked = [](const PyObject* names) noexcept {
    return names == nullptr || !is_tracked(to_address(names));
  };
  if constexpr (requires { code->_co_cached; }) {
    const auto* cached = code->_co_cached;
    if (cached != nullptr &&
        !(is_untracked(cached->_co_varnames) && is_untracked(cached->_co_cellvars) &&
          is_untracked(cached->_co_freevars)))
      return false;
  }
  return is_untracked(code->co_names) && is_untracked(code->co_localsplusnames);
}

// Whether somebody asked to be told of every function's and code's end.
template <class Interpreter>
bool watches_functions(const Interpreter& interpreter) noexcept {
  if constexpr (requires { interpreter.active_func_watchers; }) {
    return interpreter.active_func_watchers != 0 || interpreter.active_code_watchers != 0;
  } else {
    return false;
  }
}

// Whether somebody asked to be told of every object's end.
template <class Runtime>
bool is_traced(const Runtime& runtime) noexcept {
  if constexpr (requires { runtime.ref_tracer.tracer_func; }) {
    return runtime.ref_tracer.tracer_func != nullptr;
  } else {
    return false;
  }
}

}  // namespace

bool PlainGarbage::is_unwatched() noexcept {
  return !is_traced(_PyRuntime) && !watches_functions(*PyInterpreterState_Main());
}

bool PlainGarbage::try_free(std::span<const Address> objects, const Finder& finder) noexcept {
  if (!is_unwatched() || !is_closed_and_plain(objects, finder)) return false;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (i + kPrefetchDistance < objects.size())
      base::prefetch_to_read(to_object(objects[i + kPrefetchDistance]));
    free(objects[i], finder);
  }
  return true;
}

bool PlainGarbage::is_closed_and_plain(std::span<const Address> objects,
                                       const Finder& finder) noexcept {
  std::size_t counts = 0;
  std::size_t references = 0;
  bool is_harmless = true;
  for (std::size_t i = 0; i < objects.size() && is_harmless; ++i) {
    if (i + kPrefetchDistance < objects.size())
      base::prefetch_to_read(to_object(objects[i + kPrefetchDistance]));
    PyObject* object = to_object(objects[i]);
    if (!is_plain(objects[i])) return false;
    counts += static_cast<std::size_t>(Py_REFCNT(object));
    visit_places(
        plans_.find(Py_TYPE(object)), object,
        [&](PyObject*& place) noexcept {
          if (statics_.contains(to_address(place))) return;
          if (finder.is_unreachable(to_address(place))) {
            ++references;
          } else {
            is_harmless = is_harmless && outlives_or_ends_quietly(place);
          }
        },
        [&]() noexcept { is_harmless = false; });
  }
  return is_harmless && counts == references;
}

bool PlainGarbage::is_plain_type(PyTypeObject* type) const noexcept {
  if (has_finalizer(type) || !survives(to_address(type))) return false;
  const TypePlan& plan = plans_.find(type);
  if (plan.is_instance) return is_freed_as_layout(type, plan.base);
  return plan.base != Layout::kOther && plan.base != Layout::kNothing;
}

// Whether between the class and the built-in type of that layout nobody in C frees in a way of his
// own.
bool PlainGarbage::is_freed_as_layout(const PyTypeObject* type, Layout layout) const noexcept {
  if (type->tp_dealloc != deallocate_) return false;
  while (type->tp_dealloc == deallocate_) type = type->tp_base;
  switch (layout) {
    case Layout::kNothing:
      return type == &PyBaseObject_Type;
    case Layout::kList:
      return type == &PyList_Type;
    case Layout::kTuple:
      return type == &PyTuple_Type;
    case Layout::kDict:
      return type == &PyDict_Type;
    default:
      return false;
  }
}

// Whether nothing but its memory's release follows when its last reference goes, and that of atoms:
// a tracked container that it alone holds, as code does its constants, may be a candidate. Looks so
// many levels deep.
template <int kDepth>
bool PlainGarbage::ends_quietly(PyObject* object) const noexcept {
  if (statics_.contains(to_address(object)) || is_simple_atom(object)) return true;
  if constexpr (kDepth > 0) {
    bool is_quiet = true;
    const auto visit = [&](const void* child) noexcept {
      auto* item = static_cast<PyObject*>(const_cast<void*>(child));
      is_quiet = is_quiet && ends_quietly<kDepth - 1>(item);
    };
    if (PyCode_Check(object)) {
      const auto* code = reinterpret_cast<const PyCodeObject*>(object);
      return !is_watched_code(code) && are_tables_atoms(code) && are_names_untracked(code) &&
             ends_quietly<kDepth - 1>(code->co_consts);
    }
    if (PyTuple_CheckExact(object) && !is_tracked(to_address(object))) {
      trace::tuple(object, visit);
      return is_quiet;
    }
    if (PyDict_CheckExact(object) && !is_tracked(to_address(object)) &&
        !is_watched(reinterpret_cast<PyDictObject*>(object))) {
      trace::dict(object, visit);
      return is_quiet;
    }
  }
  return false;
}

bool PlainGarbage::survives_or_ends_quietly(PyObject* object) const noexcept {
  return ends_quietly<kQuietDepth>(object) || survives(to_address(object));
}

// Of what is not unreachable: if it is tracked, somebody else holds it.
bool PlainGarbage::outlives_or_ends_quietly(PyObject* object) const noexcept {
  if (PyObject_IS_GC(object) != 0 && is_tracked(to_address(object)))
    return !is_doubtful(to_address(object));
  return survives_or_ends_quietly(object);
}

// What it refers to of the unreachable is freed too, or was.
void PlainGarbage::free(Address address, const Finder& finder) const noexcept {
  PyObject* object = to_object(address);
  visit_places(
      plans_.find(Py_TYPE(object)), object,
      [&](PyObject*& place) noexcept {
        if (finder.is_unreachable(to_address(place))) place = substitute_in(object);
      },
      []() noexcept {});
  Py_SET_REFCNT(object, 1);
  Py_DECREF(object);
}

}  // namespace exuvia::cpython
