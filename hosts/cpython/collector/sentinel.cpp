#include "cpython/collector/sentinel.hpp"

#include "cpython/collector/heads.hpp"
#include "cpython/collector/unnoticed.hpp"

namespace exuvia::cpython {
namespace {

struct SentinelObject {
  PyGC_Head head;
  PyObject object;
  PyObject* weak_references;
};

SentinelObject sentinel;
PyTypeObject sentinel_type;
PyObject* callback = nullptr;
PyObject* reference = nullptr;
Sentinel::Alarm alarm_function = nullptr;

int traverse(PyObject* self, visitproc visit, void* context) { return visit(self, context); }

// The sentinel's only reference is its own.
PyObject* on_collected(PyObject*, PyObject*) {
  if (sentinel.head._gc_next != 0) list::untrack(&sentinel.head);
  alarm_function();
  Py_RETURN_NONE;
}

PyMethodDef callback_definition = {"exuvia_sentinel", on_collected, METH_O, nullptr};

// Not PyType_Ready: the type is never seen by a program, and so not among the subclasses of object.
void make_type() noexcept {
  sentinel_type.tp_name = "exuvia.sentinel";
  sentinel_type.tp_basicsize = sizeof(SentinelObject) - sizeof(PyGC_Head);
  sentinel_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
  sentinel_type.tp_traverse = traverse;
  sentinel_type.tp_weaklistoffset = sizeof(PyObject);
  Py_SET_REFCNT(reinterpret_cast<PyObject*>(&sentinel_type), 1);
  Py_SET_TYPE(reinterpret_cast<PyObject*>(&sentinel_type), &PyType_Type);
}

bool try_make_callback() noexcept {
  if (callback != nullptr) return true;
  make_type();
  callback = PyCFunction_New(&callback_definition, nullptr);
  if (callback != nullptr) keep_unnoticed(callback);
  return callback != nullptr;
}

}  // namespace

bool Sentinel::try_arm(Alarm alarm) noexcept {
  if (!try_make_callback()) {
    PyErr_Clear();
    return false;
  }
  alarm_function = alarm;
  sentinel.head = {};
  Py_SET_REFCNT(&sentinel.object, 1);
  Py_SET_TYPE(&sentinel.object, &sentinel_type);
  sentinel.weak_references = nullptr;
  reference = PyWeakref_NewRef(&sentinel.object, callback);
  if (reference == nullptr) PyErr_Clear();
  return reference != nullptr;
}

PyGC_Head* Sentinel::head() noexcept { return &sentinel.head; }

void Sentinel::disarm(GcState& gc) noexcept {
  if (sentinel.head._gc_next != 0) list::untrack(&sentinel.head);
  if (reference == nullptr) return;
  const int count = gc.generations[0].count;
  Py_CLEAR(reference);
  gc.generations[0].count = count;
}

}  // namespace exuvia::cpython
