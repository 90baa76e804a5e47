#include "cpython/internals.hpp"

#include "cpython/end_of_program.hpp"

#include <concepts>

#include "cpython/collector/unnoticed.hpp"
#include "cpython/record.hpp"

namespace exuvia::cpython {
namespace {

PyObject* end_program(PyObject*, PyObject*) {
  record_heap();
  record().end_program();
  Py_RETURN_NONE;
}

PyMethodDef end_program_method = {"_exuvia_end_program", end_program, METH_NOARGS, nullptr};

// From 3.14 on the functions are kept in tuples.
template <class Registry>
void keep_first_entry_unnoticed(Registry& registry) noexcept {
  if constexpr (std::same_as<decltype(registry.callbacks), PyObject*>) {
    if (PyList_GET_SIZE(registry.callbacks) == 1)
      keep_unnoticed(PyList_GET_ITEM(registry.callbacks, 0));
  }
}

}  // namespace

// Functions registered with atexit are called last first, and this is the first. The registry
// belongs to the interpreter, not to the module.
void record_end_of_program() noexcept {
  PyObject* callback = PyCFunction_New(&end_program_method, nullptr);
  keep_unnoticed(callback);
  const PrivateModule atexit("atexit");
  if (callback != nullptr && atexit.get() != nullptr)
    Py_XDECREF(PyObject_CallMethod(atexit.get(), "register", "O", callback));
  keep_first_entry_unnoticed(PyInterpreterState_Get()->atexit);
  Py_XDECREF(callback);
  PyErr_Clear();  // without this the figures are those of the process's end
}

}  // namespace exuvia::cpython
