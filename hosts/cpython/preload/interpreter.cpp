#include "preload/interpreter.hpp"

#include <limits.h>

#include "ledger/text.hpp"
#include "preload/libc.hpp"

namespace exuvia::preload {
namespace {

using Path = ledger::FixedText<PATH_MAX>;

bool is_exported(const char* symbol) noexcept { return dlsym(RTLD_DEFAULT, symbol) != nullptr; }

// Called for every library of the process; stops at the first libpython3.
int remember_libpython(dl_phdr_info* library, std::size_t, void* into) noexcept {
  const std::string_view path = library->dlpi_name == nullptr ? "" : library->dlpi_name;
  if (!path.starts_with("libpython3") && path.find("/libpython3") == path.npos) return 0;
  static_cast<Path*>(into)->append(path);
  return 1;
}

}  // namespace

bool try_find_global_interpreter(Interpreter& found) noexcept {
  if (!libc_is_usable()) return false;
  const void* version = dlsym(RTLD_DEFAULT, "Py_Version");
  if (version == nullptr && !is_exported("Py_GetVersion")) return false;
  if (version != nullptr) found.version = *static_cast<const unsigned long*>(version);
  found.is_debug_build = is_exported("_Py_NegativeRefcount");
  found.is_free_threaded = is_exported("_Py_MergeZeroLocalRefcount");
  return true;
}

bool try_find_any_interpreter(Interpreter& found) noexcept {
  if (try_find_global_interpreter(found)) return true;
  if (!libc_is_usable()) return false;
  Path path;
  dl_iterate_phdr(remember_libpython, &path);
  if (path.empty()) return false;
  // Loaded already: this changes only who sees its symbols. The host library needs them.
  if (dlopen(path.c_str(), RTLD_NOLOAD | RTLD_LAZY | RTLD_GLOBAL) == nullptr) return false;
  return try_find_global_interpreter(found);
}

}  // namespace exuvia::preload
