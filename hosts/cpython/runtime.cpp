#include "cpython/internals.hpp"

#include "cpython/runtime.hpp"

#include <link.h>

#include "cpython/audit_hooks.hpp"

namespace exuvia::cpython::runtime {

namespace {

// Costs a search through all symbols of the interpreter.
bool has_built_size() noexcept {
  Dl_info image{};
  void* symbol = nullptr;
  return dladdr1(&_PyRuntime, &image, &symbol, RTLD_DL_SYMENT) != 0 && symbol != nullptr &&
         static_cast<const ElfW(Sym)*>(symbol)->st_size == sizeof _PyRuntime;
}

}  // namespace

// The interpreter's symbol table tells how large its state is. Within a minor version it may grow
// from one patch to the next, and what lies behind the new part moves.
bool has_built_layout() noexcept {
  static const bool has_it = has_built_size();
  return has_it;
}

// The hook may be running on its own entry: the entry is left allocated and still points on.
bool try_unlink_audit_hook(Py_AuditHookFunction hook) noexcept {
  if (!has_built_layout()) return false;
  for (_Py_AuditHookEntry** link = audit_hooks(); *link != nullptr; link = &(*link)->next) {
    if ((*link)->hookCFunction != hook) continue;
    *link = (*link)->next;
    return true;
  }
  return false;
}

}  // namespace exuvia::cpython::runtime
