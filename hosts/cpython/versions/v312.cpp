// CPython 3.12 and later.
#include "cpython/internals.hpp"

#include "cpython/audit_hooks.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::runtime {

_Py_AuditHookEntry** audit_hooks() noexcept { return &_PyRuntime.audit_hooks.head; }

PyMemAllocatorEx* below_tracemalloc(PyMemAllocatorDomain domain) noexcept {
  if (!has_built_layout() || !_PyRuntime.tracemalloc.config.tracing) return nullptr;
  auto& slots = _PyRuntime.tracemalloc.allocators;
  PyMemAllocatorEx& slot = domain == PYMEM_DOMAIN_OBJ   ? slots.obj
                           : domain == PYMEM_DOMAIN_MEM ? slots.mem
                                                        : slots.raw;
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  return top.ctx == &slot ? &slot : nullptr;
}

}  // namespace exuvia::cpython::runtime
