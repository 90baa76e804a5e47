#include "cpython/allocator_stack.hpp"

#include <cstdlib>
#include <initializer_list>
#include <string_view>

#include "cpython/image.hpp"
#include "cpython/runtime.hpp"

namespace exuvia::cpython::allocator::stack {
namespace {

bool flag_is_set(const char* name) noexcept {
  PyObject* flags = PySys_GetObject("flags");
  PyObject* value = flags == nullptr ? nullptr : PyObject_GetAttrString(flags, name);
  const bool is_set = value != nullptr && PyObject_IsTrue(value) == 1;
  Py_XDECREF(value);
  PyErr_Clear();
  return is_set;
}

// "debug" and "default" ask for no allocator in particular; -X dev is "debug".
bool user_chose_allocator() noexcept {
  const char* variable = std::getenv("PYTHONMALLOC");
  const std::string_view choice = variable == nullptr ? "" : variable;
  if (choice.empty() || choice == "debug" || choice == "default") return false;
  return !flag_is_set("ignore_environment");
}

bool is_interpreters_own(const PyMemAllocatorEx& allocator) noexcept {
  return is_in_interpreter(reinterpret_cast<const void*>(allocator.malloc));
}

// An embedding program may ask for malloc in its configuration.
bool program_chose_malloc() noexcept {
  return bottom(PYMEM_DOMAIN_OBJ).malloc == bottom(PYMEM_DOMAIN_RAW).malloc;
}

// The context of CPython's debug hooks (PYTHONMALLOC=debug); the same in every version.
struct DebugHooks {
  char domain;  // 'o', 'm' or 'r'
  PyMemAllocatorEx below;
};

// Where the debug hooks keep the allocator they check; null if `allocator` is none of theirs.
PyMemAllocatorEx* below_debug_hooks(const PyMemAllocatorEx& allocator) noexcept {
  if (!is_interpreters_own(allocator) || !is_in_interpreter(allocator.ctx)) return nullptr;
  auto* hooks = static_cast<DebugHooks*>(allocator.ctx);
  const bool names_domain = hooks->domain == 'o' || hooks->domain == 'm' || hooks->domain == 'r';
  return names_domain && hooks->below.malloc != nullptr ? &hooks->below : nullptr;
}

// Where the allocator of a domain is kept that stands beneath all who watch; null if nobody does.
PyMemAllocatorEx* below_watchers(PyMemAllocatorDomain domain) noexcept {
  PyMemAllocatorEx* slot = runtime::below_tracemalloc(domain);
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  PyMemAllocatorEx* deeper = below_debug_hooks(slot == nullptr ? top : *slot);
  return deeper == nullptr ? slot : deeper;
}

}  // namespace

const char* obstacle() noexcept {
  if (user_chose_allocator()) return "allocator not active: PYTHONMALLOC chose another";
  if (program_chose_malloc()) return "allocator not active: the program chose malloc";
  if (!runtime::has_built_layout())
    return "allocator not active: the host was built for the layout of CPython " PY_VERSION;
  for (const PyMemAllocatorDomain domain : {PYMEM_DOMAIN_OBJ, PYMEM_DOMAIN_MEM}) {
    if (!is_interpreters_own(bottom(domain)))
      return "allocator not active: another tool has hooked the allocators";
  }
  return nullptr;
}

PyMemAllocatorEx bottom(PyMemAllocatorDomain domain) noexcept {
  if (const PyMemAllocatorEx* slot = below_watchers(domain)) return *slot;
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  return top;
}

void set_bottom(PyMemAllocatorDomain domain, const PyMemAllocatorEx& allocator) noexcept {
  PyMemAllocatorEx* slot = below_watchers(domain);
  PyMemAllocatorEx installed = allocator;
  if (slot != nullptr) {
    *slot = installed;
  } else {
    PyMem_SetAllocator(domain, &installed);
  }
}

}  // namespace exuvia::cpython::allocator::stack
