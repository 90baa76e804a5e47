// The extension module `_exuvia`, which the package exuvia uses.
#include <Python.h>

#include <initializer_list>
#include <utility>

#include "cpython/allocator.hpp"
#include "cpython/collector/collector.hpp"
#include "cpython/object_heap.hpp"
#include "cpython/sys_functions.hpp"

namespace exuvia::cpython {
namespace {

// The collector serves the main interpreter, once; under `exuvia run` it is in place already.
void install_collector() noexcept {
  if (PyInterpreterState_Get() != PyInterpreterState_Main()) return;
  if (collector::full_collection() != nullptr) return;
  collector::try_install(collector::settings_from_environment());
}

PyObject* install(PyObject*, PyObject*) {
  install_collector();
  if (const char* obstacle = allocator::try_install()) {
    PyErr_SetString(PyExc_RuntimeError, obstacle);
    return nullptr;
  }
  report_heap_in_sys();
  Py_RETURN_NONE;
}

PyObject* is_active(PyObject*, PyObject*) { return PyBool_FromLong(allocator::is_installed()); }

PyObject* trim(PyObject*, PyObject*) {
  std::size_t given = 0;
  {
    HeapGuard guard;
    given = object_heap().trim();
  }
  return PyLong_FromSize_t(given);
}

heap::Statistics heap_statistics() noexcept {
  HeapGuard guard;
  return object_heap().statistics();
}

PyObject* statistics(PyObject*, PyObject*) {
  const heap::Statistics heap = heap_statistics();
  const std::initializer_list<std::pair<const char*, std::size_t>> figures = {
      {"arenas", heap.arenas},           {"arenas_peak", heap.arenas_peak},
      {"arena_bytes", heap.arena_size},  {"blocks_in_use", heap.blocks_in_use()},
      {"bytes_in_use", heap.in_use},     {"bytes_free_in_pools", heap.cached + heap.unused},
      {"bytes_resident", heap.resident}, {"bytes_returned", heap.returned},
  };
  PyObject* result = PyDict_New();
  for (const auto& [name, value] : figures) {
    PyObject* number = PyLong_FromSize_t(value);
    const bool is_set =
        result != nullptr && number != nullptr && PyDict_SetItemString(result, name, number) == 0;
    Py_XDECREF(number);
    if (!is_set) Py_CLEAR(result);
  }
  return result;
}

PyMethodDef methods[] = {
    {"install", install, METH_NOARGS, nullptr},
    {"is_active", is_active, METH_NOARGS, nullptr},
    {"statistics", statistics, METH_NOARGS, nullptr},
    {"trim", trim, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

// The heap is the process's: every interpreter may use the module.
PyModuleDef_Slot slots[] = {
#ifdef Py_MOD_PER_INTERPRETER_GIL_SUPPORTED
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_exuvia", nullptr, 0, methods, slots, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace exuvia::cpython

extern "C" [[gnu::visibility("default")]] PyObject* PyInit__exuvia() {
  return PyModuleDef_Init(&exuvia::cpython::definition);
}
