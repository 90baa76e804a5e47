#include "cpython/collector/relay.hpp"

#include <utility>

#include "cpython/collector/unnoticed.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython::relay {
namespace {

Listener listening;
bool is_silent = false;
PyObject* generation_key = nullptr;  // for the life of the process

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

// A dict that CPython took memory for, and that must not end in its list of free ones.
PyObject* kept = nullptr;

// Not by the dict's own deallocator, which would put it in that list; and without a change of the
// count of allocations, from which CPython takes every container that is freed.
void free_kept() noexcept {
  if (kept == nullptr) return;
  if (Py_REFCNT(kept) != 1) {
    Py_DECREF(std::exchange(kept, nullptr));
    return;
  }
  int& count = PyInterpreterState_Get()->gc.generations[0].count;
  const int before = count;
  PyDict_Clear(kept);
  PyObject_GC_Del(std::exchange(kept, nullptr));
  count = before;
}

// Whether `info`, just made, was counted as an allocation: a full collection has emptied the list
// of free dicts at its end.
bool is_new(PyObject* info, bool starts) noexcept {
  const bool was_free = version::was_free(PyInterpreterState_Get(), info);
  return !was_free || (!starts && generation_in(info) == NUM_GENERATIONS - 1);
}

// For a program without callbacks CPython would have made no `info`. As a free dict it would make
// the program's next one uncounted.
void conceal(PyObject* info) noexcept {
  keep_unnoticed(info);
  Py_INCREF(info);
  kept = info;
}

// "start" or "stop": told apart by their lengths, since most collections are short.
bool is_start(PyObject* phase) noexcept { return PyUnicode_GET_LENGTH(phase) == 5; }

// `callbacks` is the program's list, gc.callbacks: it lives as long as CPython would have kept it.
PyObject* announce(PyObject* callbacks, PyObject* const* arguments, Py_ssize_t count) {
  if (is_silent || count != 2) Py_RETURN_NONE;
  PyObject* phase = arguments[0];
  PyObject* info = arguments[1];
  const bool starts = is_start(phase);
  // Asked first: a callback may keep `info`, and take itself from the list.
  const bool is_concealed = is_new(info, starts) && PyList_GET_SIZE(callbacks) == 0;
  free_kept();
  if (starts) {
    call_program(callbacks, phase, info);
    listening.start(info);
  } else {
    listening.stop(info);
    call_program(callbacks, phase, info);
  }
  if (is_concealed) conceal(info);
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
    Py_XDECREF(function);
    return nullptr;
  }
  keep_unnoticed(function);
  keep_unnoticed(list);
  PyList_SET_ITEM(list, 0, function);
  return list;
}

// Of the list that CPython calls in this interpreter, if it is ours; else null.
PyObject* programs_list(PyObject* list) noexcept {
  PyObject* function =
      list != nullptr && PyList_GET_SIZE(list) == 1 ? PyList_GET_ITEM(list, 0) : nullptr;
  if (function == nullptr || !PyCFunction_CheckExact(function) ||
      reinterpret_cast<PyCFunctionObject*>(function)->m_ml != &definition)
    return nullptr;
  return PyCFunction_GET_SELF(function);
}

using Execute = int (*)(PyObject* module);
Execute original_execute = nullptr;

// What the module does when it is imported: it takes the list of callbacks that CPython calls.
int execute(PyObject* module) {
  GcState& gc = PyInterpreterState_Get()->gc;
  PyObject* ours = gc.callbacks;
  if (PyObject* programs = programs_list(ours)) gc.callbacks = programs;
  const int result = original_execute(module);
  gc.callbacks = ours;
  return result;
}

PyModuleDef_Slot* execution_of(PyObject* module) noexcept {
  const PyModuleDef* module_definition = PyModule_GetDef(module);
  PyModuleDef_Slot* slot = module_definition == nullptr ? nullptr : module_definition->m_slots;
  while (slot != nullptr && slot->slot != 0 && slot->slot != Py_mod_exec) ++slot;
  return slot == nullptr || slot->slot == 0 ? nullptr : slot;
}

// 0 for what is no number.
Py_ssize_t number_from(PyObject* value) noexcept {
  const Py_ssize_t number = value == nullptr ? 0 : PyLong_AsSsize_t(value);
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  return number;
}

// Takes over the reference to `value`; null: leaves all as it is.
void set_in(PyObject* info, const char* key, PyObject* value) noexcept {
  if (value == nullptr || PyDict_SetItemString(info, key, value) != 0) PyErr_Clear();
  Py_XDECREF(value);
}

}  // namespace

const char* try_install(GcState& gc, PyObject* gc_module, const Listener& listener) noexcept {
  PyModuleDef_Slot* execution = execution_of(gc_module);
  if (execution == nullptr) return "the gc module is not the usual one";
  if (generation_key == nullptr) generation_key = PyUnicode_FromString("generation");
  PyObject* list = generation_key == nullptr ? nullptr : make_private_list(gc.callbacks);
  PyErr_Clear();
  if (list == nullptr) return "memory is short";
  original_execute = reinterpret_cast<Execute>(execution->value);
  execution->value = reinterpret_cast<void*>(execute);
  listening = listener;
  // CPython owned a reference to the program's list; the relay has one now.
  Py_DECREF(gc.callbacks);
  gc.callbacks = list;
  return nullptr;
}

void set_silent(bool silent) noexcept { is_silent = silent; }

Py_ssize_t generation_in(PyObject* info) noexcept {
  return number_from(PyDict_GetItemWithError(info, generation_key));
}

Py_ssize_t number_in(PyObject* info, const char* key) noexcept {
  return number_from(PyDict_GetItemString(info, key));
}

void set_number_in(PyObject* info, const char* key, Py_ssize_t number) noexcept {
  set_in(info, key, PyLong_FromSsize_t(number));
}

void set_number_in(PyObject* info, const char* key, double number) noexcept {
  set_in(info, key, PyFloat_FromDouble(number));
}

}  // namespace exuvia::cpython::relay
