// Enters every process of a run. Where the process is, or becomes, a supported CPython it loads the
// host library built for that version; everywhere else it does nothing.
//
// It must be able to live in any process: no C++ runtime, no allocation, no dependency, no output
// but the one line that says why a program runs without Exuvia.
#include "preload/interpreter.hpp"
#include "preload/loader.hpp"

namespace exuvia::preload {
namespace {

[[gnu::constructor]] void enter_process() {
  if (Interpreter interpreter; try_find_global_interpreter(interpreter)) load_host_for(interpreter);
}

[[gnu::destructor]] void leave_process() { report_absence(); }

}  // namespace
}  // namespace exuvia::preload
