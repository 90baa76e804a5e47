#include "cpython/collector/collect_function.hpp"

namespace exuvia::cpython::collect_function {
namespace {

using Function = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

Function original = nullptr;
Adjust adjust_result = nullptr;
int running = 0;

bool is_main_interpreter() noexcept {
  return PyInterpreterState_Get() == PyInterpreterState_Main();
}

PyObject* adjusted(PyObject* result) noexcept {
  const Py_ssize_t found = PyLong_AsSsize_t(result);
  const Py_ssize_t right = adjust_result(found);
  if (right == found) return result;
  Py_DECREF(result);
  return PyLong_FromSsize_t(right);
}

PyObject* collect(PyObject* module, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  if (!is_main_interpreter()) return original(module, arguments, count, names);
  ++running;
  PyObject* result = original(module, arguments, count, names);
  --running;
  return result == nullptr || running != 0 ? result : adjusted(result);
}

}  // namespace

bool try_install(PyObject* gc_module, Adjust adjust) noexcept {
  PyObject* function = PyDict_GetItemString(PyModule_GetDict(gc_module), "collect");
  if (function == nullptr || !PyCFunction_CheckExact(function)) return false;
  PyMethodDef* definition = reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
  if (definition->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) return false;
  adjust_result = adjust;
  original = reinterpret_cast<Function>(reinterpret_cast<void (*)()>(definition->ml_meth));
  definition->ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(collect));
  return true;
}

bool is_running() noexcept { return running != 0; }

void call_original() noexcept {
  PyObject* result = original(nullptr, nullptr, 0, nullptr);
  if (result == nullptr) PyErr_Clear();
  Py_XDECREF(result);
}

}  // namespace exuvia::cpython::collect_function
