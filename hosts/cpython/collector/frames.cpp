#include "cpython/collector/frames.hpp"

#include <algorithm>

#include "cpython/collector/heads.hpp"
#include "cpython/collector/liveness.hpp"
#include "cpython/collector/stack_depth.hpp"
#include "cpython/collector/version.hpp"

namespace exuvia::cpython {
namespace {

using Roots = std::vector<Address>;

void add_known(PyObject* const* from, PyObject* const* end, Roots& roots) {
  for (; from != end; ++from) {
    if (*from != nullptr) roots.push_back(to_address(*from));
  }
}

// For slots that may be stale: an instruction under way has taken some of its operands, a frame
// that is being torn down has released some of its variables.
void add_if_live(PyObject* const* from, PyObject* const* end, Roots& roots) {
  for (; from != end; ++from) {
    const Address object = to_address(*from);
    if (object != 0 && is_live_container(object)) roots.push_back(object);
  }
}

int depth_under_way(_PyInterpreterFrame* frame, PyCodeObject* code, bool finished) noexcept {
  const StackDepth depth = stack_depth_at(code, version::offset_of(frame));
  const int used = finished ? std::min(depth.before, depth.after) : depth.before;
  return std::clamp(used, 0, code->co_stacksize);
}

void add_executing(_PyInterpreterFrame* frame, bool finished, Roots& roots) {
  PyCodeObject* code = version::code_of(frame);
  PyObject** locals = frame->localsplus;
  PyObject** stack = locals + code->co_nlocalsplus;
  add_known(locals, stack, roots);
  add_if_live(stack, stack + depth_under_way(frame, code, finished), roots);
}

// The frame owns its function, namespace and frame object for as long as it is in the chain.
void add_owned(_PyInterpreterFrame* frame, Roots& roots) {
  PyObject* const owned[] = {version::function_of(frame), frame->f_locals,
                             reinterpret_cast<PyObject*>(frame->frame_obj)};
  add_if_live(std::begin(owned), std::end(owned), roots);
}

void add_frame(_PyInterpreterFrame* frame, const _PyInterpreterFrame* callee, bool finished,
               Roots& roots) {
  if (version::is_shim(frame)) return;
  add_owned(frame, roots);
  PyObject** locals = frame->localsplus;
  if (frame->stacktop < 0) {
    add_executing(frame, finished, roots);
  } else if (version::awaits(frame, callee)) {
    add_known(locals, locals + frame->stacktop, roots);
  } else {
    add_if_live(locals, locals + frame->stacktop, roots);
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
