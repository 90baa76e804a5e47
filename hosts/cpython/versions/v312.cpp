// CPython 3.12 and later.
#include "cpython/audit_hooks.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::runtime {

bool try_unlink_audit_hook(Py_AuditHookFunction hook) noexcept {
  return try_unlink_from(&_PyRuntime.audit_hooks.head, hook);
}

PyMemAllocatorEx* below_tracemalloc(PyMemAllocatorDomain domain) noexcept {
  if (!_PyRuntime.tracemalloc.config.tracing) return nullptr;
  auto& slots = _PyRuntime.tracemalloc.allocators;
  PyMemAllocatorEx& slot = domain == PYMEM_DOMAIN_OBJ   ? slots.obj
                           : domain == PYMEM_DOMAIN_MEM ? slots.mem
                                                        : slots.raw;
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  return top.ctx == &slot ? &slot : nullptr;
}

}  // namespace exuvia::cpython::runtime
