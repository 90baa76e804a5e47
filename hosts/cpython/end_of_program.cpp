#include "cpython/end_of_program.hpp"

#include <Python.h>

#include "cpython/record.hpp"

namespace exuvia::cpython {
namespace {

PyObject* end_program(PyObject*, PyObject*) {
  record_heap();
  record().end_program();
  Py_RETURN_NONE;
}

PyMethodDef end_program_method = {"_exuvia_end_program", end_program, METH_NOARGS, nullptr};

bool is_imported(const char* module) noexcept {
  return PyDict_GetItemString(PyImport_GetModuleDict(), module) != nullptr;
}

// The registry belongs to the interpreter, not to the module: a program that never imports atexit
// finds it absent from sys.modules as always.
PyObject* registering_function() noexcept {
  const bool was_imported = is_imported("atexit");
  PyObject* module = PyImport_ImportModule("atexit");
  if (module == nullptr) return nullptr;
  PyObject* function = PyObject_GetAttrString(module, "register");
  Py_DECREF(module);
  if (!was_imported) PyDict_DelItemString(PyImport_GetModuleDict(), "atexit");
  return function;
}

}  // namespace

// Functions registered with atexit are called last first, and this is the first.
void record_end_of_program() noexcept {
  PyObject* callback = PyCFunction_New(&end_program_method, nullptr);
  PyObject* register_function = callback == nullptr ? nullptr : registering_function();
  if (register_function != nullptr) {
    Py_XDECREF(PyObject_CallOneArg(register_function, callback));
    Py_DECREF(register_function);
  }
  Py_XDECREF(callback);
  PyErr_Clear();  // without this the figures are those of the process's end
}

}  // namespace exuvia::cpython
