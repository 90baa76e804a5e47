// CPython 3.11.
#include "cpython/internals.hpp"

#include <internal/pycore_pymem.h>

#include "cpython/audit_hooks.hpp"
#include "cpython/image.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::runtime {

_Py_AuditHookEntry** audit_hooks() noexcept { return &_PyRuntime.audit_hook_head; }

// Its slots are private to a C file. But a hook of the interpreter whose context is a variable of
// the interpreter, while tracemalloc traces, is tracemalloc's, and that variable the slot.
PyMemAllocatorEx* below_tracemalloc(PyMemAllocatorDomain domain) noexcept {
  if (!_Py_tracemalloc_config.tracing) return nullptr;
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  if (!is_in_interpreter(reinterpret_cast<const void*>(top.malloc)) || !is_in_interpreter(top.ctx))
    return nullptr;
  auto* slot = static_cast<PyMemAllocatorEx*>(top.ctx);
  return slot->malloc != top.malloc && slot->free != nullptr ? slot : nullptr;
}

}  // namespace exuvia::cpython::runtime
