// The host's exported functions: how it enters a process and how it leaves.
#include <Python.h>

#include <string_view>

#include "cpython/runtime.hpp"

namespace exuvia::cpython {
namespace {

// The first event after the interpreter has its collector and its sys module.
int on_audit_event(const char* event, PyObject*, void*) {
  if (std::string_view(event) != "import") return 0;
  runtime::try_unlink_audit_hook(on_audit_event);
  return 0;
}

}  // namespace
}  // namespace exuvia::cpython

#define EXUVIA_EXPORT extern "C" [[gnu::visibility("default")]]

EXUVIA_EXPORT void exuvia_host_install_before_main() {
  PySys_AddAuditHook(exuvia::cpython::on_audit_event, nullptr);
}

EXUVIA_EXPORT void exuvia_host_finish() {}
