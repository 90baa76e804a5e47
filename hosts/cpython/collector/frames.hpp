// What the frames of a thread hold.
#pragma once

#include "cpython/collector/roots.hpp"

namespace exuvia::cpython {

// Adds what the frames of `thread` hold: locals, the value stack, function, namespace, frame
// object. `between_instructions`: the innermost frame has finished the instruction it is at.
void collect_frame_roots(PyThreadState* thread, bool between_instructions, Roots& roots);

}  // namespace exuvia::cpython
