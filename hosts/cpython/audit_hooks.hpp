// Where the list of native audit hooks hangs (versions/v3XX.cpp).
#pragma once

#include "cpython/internals.hpp"

#if __has_include(<internal/pycore_audit.h>)
#include <internal/pycore_audit.h>  // since 3.14
#endif

namespace exuvia::cpython::runtime {

_Py_AuditHookEntry** audit_hooks() noexcept;

}  // namespace exuvia::cpython::runtime
