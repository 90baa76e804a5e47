#include "cpython/collector/frames.hpp"

#include "cpython/collector/heads.hpp"
#include "cpython/collector/liveness.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

using version::Slot;

void add_owned(const Slot* from, const Slot* end, Roots& roots) {
  for (; from != end; ++from) {
    if (PyObject* object = version::object_in(*from)) roots.owned.push_back(to_address(object));
  }
}

void add_if_live(PyObject* object, Roots& roots) {
  if (object != nullptr && is_live_container(to_address(object)))
    roots.doubtful.push_back(to_address(object));
}

// The frame's function, namespace and frame object, unless it is being torn down.
void add_parts(_PyInterpreterFrame* frame, Roots& roots) {
  add_if_live(version::function_of(frame), roots);
  add_if_live(frame->f_locals, roots);
  add_if_live(reinterpret_cast<PyObject*>(frame->frame_obj), roots);
}

// Slots may be stale: an instruction under way has taken some of its operands, a frame that is
// being torn down has released some of its variables.
void add_frame(_PyInterpreterFrame* frame, const _PyInterpreterFrame* callee, bool finished,
               Roots& roots) {
  if (version::is_shim(frame)) return;
  add_parts(frame, roots);
  const auto end = version::slots_end(frame, callee, finished);
  add_owned(frame->localsplus, end.sure, roots);
  for (const Slot* slot = end.sure; slot != end.all; ++slot) {
    add_if_live(version::object_in(*slot), roots);
  }
}

}  // namespace

void collect_frame_roots(PyThreadState* thread, bool between_instructions, Roots& roots) {
  const _PyInterpreterFrame* callee = nullptr;
  for (_PyInterpreterFrame* frame = version::current_frame(thread); frame != nullptr;
       frame = frame->previous) {
    add_frame(frame, callee, between_instructions && callee == nullptr, roots);
    callee = frame;
  }
}

}  // namespace exuvia::cpython
