#include "cpython/collector/roots.hpp"

#include <unordered_set>

#include "cpython/collector/frames.hpp"
#include "cpython/collector/heads.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

// Static types are not traced as objects: the collector must not follow what their interpreter
// owns.
class StaticTypeRoots {
 public:
  StaticTypeRoots(PyInterpreterState* interpreter, Roots& roots)
      : interpreter_(interpreter), roots_(roots) {}

  void add_from(PyTypeObject* type) {
    pending_.push_back(type);
    while (!pending_.empty()) {
      PyTypeObject* next = pending_.back();
      pending_.pop_back();
      if (seen_.insert(next).second) add_type(next);
    }
  }

 private:
  void add_type(PyTypeObject* type) {
    PyObject* subclasses = version::static_type_subclasses(interpreter_, type);
    add(version::static_type_dict(interpreter_, type));
    add(type->tp_bases);
    add(type->tp_mro);
    add(type->tp_cache);
    add(subclasses);
    if (subclasses != nullptr) add_static_subclasses(subclasses);
  }

  // A dict of weak references to the direct subclasses.
  void add_static_subclasses(PyObject* subclasses) {
    PyObject* reference = nullptr;
    for (Py_ssize_t at = 0; PyDict_Next(subclasses, &at, nullptr, &reference) != 0;) {
      PyObject* object = reinterpret_cast<PyWeakReference*>(reference)->wr_object;
      if (!PyType_Check(object)) continue;
      auto* type = reinterpret_cast<PyTypeObject*>(object);
      if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) pending_.push_back(type);
    }
  }

  void add(PyObject* object) {
    if (object != nullptr) roots_.owned.push_back(to_address(object));
  }

  PyInterpreterState* interpreter_;
  Roots& roots_;
  std::vector<PyTypeObject*> pending_;
  std::unordered_set<PyTypeObject*> seen_;
};

}  // namespace

void collect_roots(PyThreadState* collecting, Origin origin, Roots& roots) {
  const auto add = [&roots](PyObject* object) {
    if (object != nullptr) roots.owned.push_back(to_address(object));
  };
  PyInterpreterState* interpreter = collecting->interp;
  version::for_each_interpreter_root(interpreter, add);
  const bool between = version::kCollectsBetweenInstructions && origin == Origin::kAutomatic;
  for (PyThreadState* thread = interpreter->threads.head; thread != nullptr;
       thread = thread->next) {
    version::for_each_thread_root(thread, add);
    collect_frame_roots(thread, between && thread == collecting, roots);
  }
  StaticTypeRoots(interpreter, roots).add_from(&PyBaseObject_Type);
}

}  // namespace exuvia::cpython
