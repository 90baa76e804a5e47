// The list of native audit hooks is the same in every version; where it hangs is not.
#pragma once

#include "cpython/internals.hpp"

namespace exuvia::cpython::runtime {

// A hook may be running on its own entry: the entry is left allocated and still points on.
inline bool try_unlink_from(_Py_AuditHookEntry** link, Py_AuditHookFunction hook) noexcept {
  for (; *link != nullptr; link = &(*link)->next) {
    if ((*link)->hookCFunction != hook) continue;
    *link = (*link)->next;
    return true;
  }
  return false;
}

}  // namespace exuvia::cpython::runtime
