// CPython 3.11.
#include "cpython/audit_hooks.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::runtime {

bool try_unlink_audit_hook(Py_AuditHookFunction hook) noexcept {
  return try_unlink_from(&_PyRuntime.audit_hook_head, hook);
}

}  // namespace exuvia::cpython::runtime
