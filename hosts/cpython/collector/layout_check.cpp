#include "cpython/collector/layout_check.hpp"

#include "cpython/collector/aside.hpp"
#include "cpython/collector/heads.hpp"
#include "cpython/collector/version.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython {
namespace {

// The attribute of a module, borrowed; null when there is none.
PyObject* attribute(PyObject* module, const char* name) noexcept {
  return PyDict_GetItemString(PyModule_GetDict(module), name);
}

bool is_list_head(const PyGC_Head* head) noexcept {
  return next_of(head) != nullptr && previous_of(head) != nullptr &&
         previous_of(next_of(head)) == head && next_of(previous_of(head)) == head;
}

// The heads lie a generation apart; so the thresholds and counts between them are in their places.
bool has_lists(const GcState& gc) noexcept {
  for (const auto& generation : gc.generations) {
    if (!is_list_head(&generation.head)) return false;
  }
  return is_list_head(&gc.permanent_generation.head) && gc.generation0 == &gc.generations[0].head;
}

// A running frame, if there is one, is where the thread says it is.
bool has_frames(PyThreadState* thread) noexcept {
  _PyInterpreterFrame* inner = version::current_frame(thread);
  PyFrameObject* frame = inner == nullptr ? nullptr : PyThreadState_GetFrame(thread);
  if (frame == nullptr) return true;
  PyCodeObject* code = PyFrame_GetCode(frame);
  while (inner != nullptr && (version::is_shim(inner) || version::code_of(inner) != code))
    inner = inner->previous;
  const bool same = inner != nullptr && inner->frame_obj == frame;
  Py_DECREF(code);
  // As it was before the question, so that the frame's end frees no object.
  if (same && Py_REFCNT(frame) == 2) Py_CLEAR(inner->frame_obj);
  Py_DECREF(frame);
  return same;
}

}  // namespace

const char* layout_difference(PyThreadState* thread, PyObject* gc_module) noexcept {
  if (!runtime::has_built_layout())
    return "the host was built for the layout of CPython " PY_VERSION;
  const GcState& gc = thread->interp->gc;
  if (attribute(gc_module, "callbacks") != gc.callbacks)
    return "gc.callbacks is not where it was expected";
  if (attribute(gc_module, "garbage") != gc.garbage)
    return "gc.garbage is not where it was expected";
  if (!has_lists(gc)) return "the generations are not where they were expected";
  if (gc.enabled != PyGC_IsEnabled()) return "the collector's state is not where it was expected";
  if (gc.long_lived_total < 0 || gc.long_lived_pending < 0)
    return "the counters are not where they were expected";
  if (!has_frames(thread)) return "the running frame is not where it was expected";
  return nullptr;
}

}  // namespace exuvia::cpython
