#include "cpython/collector/frames.hpp"

#include "cpython/collector/heads.hpp"
#include "cpython/collector/liveness.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

using Roots = std::vector<Address>;
using version::Slot;

void add_known(const Slot* from, const Slot* end, Roots& roots) {
  for (; from != end; ++from) {
    if (PyObject* object = version::object_in(*from)) roots.push_back(to_address(object));
  }
}

void add_if_live(PyObject* object, Roots& roots) {
  if (object != nullptr && is_live_container(to_address(object)))
    roots.push_back(to_address(object));
}

// The frame owns its function, namespace and frame object for as long as it is in the chain.
void add_owned(_PyInterpreterFrame* frame, Roots& roots) {
  add_if_live(version::function_of(frame), roots);
  add_if_live(frame->f_locals, roots);
  add_if_live(reinterpret_cast<PyObject*>(frame->frame_obj), roots);
}

// Slots may be stale: an instruction under way has taken some of its operands, a frame that is
// being torn down has released some of its variables.
void add_frame(_PyInterpreterFrame* frame, const _PyInterpreterFrame* callee, bool finished,
               Roots& roots) {
  if (version::is_shim(frame)) return;
  add_owned(frame, roots);
  const auto end = version::slots_end(frame, callee, finished);
  add_known(frame->localsplus, end.sure, roots);
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
