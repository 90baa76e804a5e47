#include "cpython/sys_functions.hpp"

#include <Python.h>

#include <cstdio>

#include "cpython/object_heap.hpp"

namespace exuvia::cpython {
namespace {

heap::Statistics statistics() noexcept {
  HeapGuard guard;
  return object_heap().statistics();
}

constinit PyCFunction stock_getallocatedblocks = nullptr;
constinit PyCFunction stock_debugmallocstats = nullptr;

PyObject* getallocatedblocks(PyObject* module, PyObject* nothing) {
  PyObject* stock = stock_getallocatedblocks(module, nothing);
  if (stock == nullptr) return nullptr;
  const Py_ssize_t outside = PyLong_AsSsize_t(stock);
  Py_DECREF(stock);
  if (outside == -1 && PyErr_Occurred()) return nullptr;
  return PyLong_FromSsize_t(outside + static_cast<Py_ssize_t>(statistics().blocks_in_use()));
}

PyObject* debugmallocstats(PyObject* module, PyObject* nothing) {
  heap::print_statistics(statistics(), stderr);
  std::fputs("\nThe allocator underneath, and free lists:\n\n", stderr);
  return stock_debugmallocstats(module, nothing);
}

// A built-in function is looked up through its definition, which all interpreters of the process
// share: there the function is exchanged, and everything else of it stays. The second time does
// nothing.
void exchange(const char* name, PyCFunction ours, PyCFunction& stock) noexcept {
  PyObject* function = PySys_GetObject(name);
  if (function == nullptr || !PyCFunction_CheckExact(function)) return;
  PyMethodDef* definition = reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
  if ((definition->ml_flags & METH_NOARGS) == 0 || definition->ml_meth == ours) return;
  stock = definition->ml_meth;
  definition->ml_meth = ours;
}

}  // namespace

void report_heap_in_sys() noexcept {
  exchange("getallocatedblocks", getallocatedblocks, stock_getallocatedblocks);
  exchange("_debugmallocstats", debugmallocstats, stock_debugmallocstats);
}

}  // namespace exuvia::cpython
