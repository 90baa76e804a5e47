// What the host needs of the interpreter's runtime state, where versions differ. versions/v3XX.cpp
// says how.
#pragma once

#include <Python.h>

namespace exuvia::cpython::runtime {

// Whether interpreters of one process may each have a lock of their own, and so run at the same
// time (PEP 684).
inline constexpr bool kInterpretersRunInParallel = EXUVIA_CPYTHON_MINOR >= 312;

// Whether the runtime state has the layout that the host was built with.
bool has_built_layout() noexcept;

// Takes a native audit hook out of the runtime's list, so that audit events cost what they cost
// without it. The hook may be the one that runs: its entry stays allocated, its list pointer stays
// valid. False if it is not found.
bool try_unlink_audit_hook(Py_AuditHookFunction hook) noexcept;

// Where tracemalloc, which stands on top of this domain's allocators, keeps the one it stands on.
// Null while it does not trace, if something else is on top, or if the layout is another.
PyMemAllocatorEx* below_tracemalloc(PyMemAllocatorDomain domain) noexcept;

}  // namespace exuvia::cpython::runtime
