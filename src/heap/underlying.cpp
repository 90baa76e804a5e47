#include "exuvia/heap/underlying.hpp"

#include <cstdlib>

#include <malloc.h>

namespace exuvia::heap::underlying_detail {

void* allocate(void*, std::size_t size) { return std::malloc(size); }

void* allocate_zeroed(void*, std::size_t count, std::size_t size) {
  return std::calloc(count, size);
}

void* reallocate(void*, void* p, std::size_t size) { return std::realloc(p, size == 0 ? 1 : size); }

void deallocate(void*, void* p) { std::free(p); }

std::size_t usable_size(void*, void* p) { return ::malloc_usable_size(p); }

void trim(void*) {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace exuvia::heap::underlying_detail
