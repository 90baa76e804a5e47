#include "cpython/allocator_stack.hpp"

#include <cstdlib>
#include <initializer_list>

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

bool user_chose_allocator() noexcept {
  if (flag_is_set("dev_mode")) return true;
  const char* choice = std::getenv("PYTHONMALLOC");
  return choice != nullptr && *choice != '\0' && !flag_is_set("ignore_environment");
}

bool is_interpreters_own(const PyMemAllocatorEx& allocator) noexcept {
  return is_in_interpreter(reinterpret_cast<const void*>(allocator.malloc));
}

}  // namespace

const char* obstacle() noexcept {
  if (user_chose_allocator()) return "allocator not active: PYTHONMALLOC or -X dev chose another";
  for (const PyMemAllocatorDomain domain : {PYMEM_DOMAIN_OBJ, PYMEM_DOMAIN_MEM}) {
    if (!is_interpreters_own(bottom(domain)))
      return "allocator not active: another tool has hooked the allocators";
  }
  return nullptr;
}

PyMemAllocatorEx bottom(PyMemAllocatorDomain domain) noexcept {
  if (const PyMemAllocatorEx* slot = runtime::below_tracemalloc(domain)) return *slot;
  PyMemAllocatorEx top;
  PyMem_GetAllocator(domain, &top);
  return top;
}

void set_bottom(PyMemAllocatorDomain domain, const PyMemAllocatorEx& allocator) noexcept {
  PyMemAllocatorEx* slot = runtime::below_tracemalloc(domain);
  PyMemAllocatorEx installed = allocator;
  if (slot != nullptr) {
    *slot = installed;
  } else {
    PyMem_SetAllocator(domain, &installed);
  }
}

}  // namespace exuvia::cpython::allocator::stack
