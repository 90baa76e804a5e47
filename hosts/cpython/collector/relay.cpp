#include "cpython/collector/relay.hpp"

#include <cstring>

#include "cpython/collector/version.hpp"

namespace exuvia::cpython::relay {
namespace {

Listener listening;
bool is_silent = false;

// As CPython calls the list: by index, since a callback may change it; errors are reported and
// forgotten.
void call_program(PyObject* callbacks, PyObject* phase, PyObject* info) noexcept {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(callbacks); ++i) {
    PyObject* callback = PyList_GET_ITEM(callbacks, i);
    Py_INCREF(callback);
    PyObject* result = PyObject_CallFunctionObjArgs(callback, phase, info, nullptr);
    if (result == nullptr) version::report_failed(callback);
    Py_XDECREF(result);
    Py_DECREF(callback);
  }
}

// `callbacks` is the program's list, gc.callbacks: it lives as long as CPython would have kept it.
PyObject* announce(PyObject* callbacks, PyObject* const* arguments, Py_ssize_t count) {
  if (is_silent || count != 2) Py_RETURN_NONE;
  PyObject* phase = arguments[0];
  PyObject* info = arguments[1];
  if (std::strcmp(PyUnicode_AsUTF8(phase), "start") == 0) {
    call_program(callbacks, phase, info);
    listening.start(info);
  } else {
    listening.stop(info);
    call_program(callbacks, phase, info);
  }
  Py_RETURN_NONE;
}

PyMethodDef definition = {"exuvia_relay",
                          reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(announce)),
                          METH_FASTCALL, nullptr};

// A list that neither the program nor a collection sees, with the relay as its only item.
PyObject* make_private_list(PyObject* callbacks) noexcept {
  PyObject* function = PyCFunction_New(&definition, callbacks);
  PyObject* list = function == nullptr ? nullptr : PyList_New(1);
  if (list == nullptr) {
    PyErr_Clear();
    Py_XDECREF(function);
    return nullptr;
  }
  PyObject_GC_UnTrack(function);
  PyObject_GC_UnTrack(list);
  PyList_SET_ITEM(list, 0, function);
  return list;
}

// Takes over the reference to `value`; null: leaves all as it is.
void set_in(PyObject* info, const char* key, PyObject* value) noexcept {
  if (value == nullptr || PyDict_SetItemString(info, key, value) != 0) PyErr_Clear();
  Py_XDECREF(value);
}

}  // namespace

bool try_install(GcState& gc, const Listener& listener) noexcept {
  PyObject* list = make_private_list(gc.callbacks);
  if (list == nullptr) return false;
  listening = listener;
  // CPython owned a reference to the program's list; the relay has one now.
  Py_DECREF(gc.callbacks);
  gc.callbacks = list;
  return true;
}

void set_silent(bool silent) noexcept { is_silent = silent; }

Py_ssize_t number_in(PyObject* info, const char* key) noexcept {
  PyObject* value = PyDict_GetItemString(info, key);
  const Py_ssize_t number = value == nullptr ? 0 : PyLong_AsSsize_t(value);
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  return number;
}

void set_number_in(PyObject* info, const char* key, Py_ssize_t number) noexcept {
  set_in(info, key, PyLong_FromSsize_t(number));
}

void set_number_in(PyObject* info, const char* key, double number) noexcept {
  set_in(info, key, PyFloat_FromDouble(number));
}

}  // namespace exuvia::cpython::relay
