#include "cpython/libc_allocator.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "exuvia/base/bytes.hpp"

namespace exuvia::cpython::libc {
namespace {

void* allocate(void*, std::size_t bytes) { return std::malloc(std::max<std::size_t>(bytes, 1)); }
void* allocate_zeroed(void*, std::size_t count, std::size_t element) {
  return count == 0 || element == 0 ? std::calloc(1, 1) : std::calloc(count, element);
}
void* resize(void*, void* block, std::size_t bytes) {
  return std::realloc(block, std::max<std::size_t>(bytes, 1));
}
void release(void*, void* block) { std::free(block); }

#ifdef __GLIBC__
bool environment_has_settings() noexcept {
  for (const char* name :
       {"GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}
#endif

}  // namespace

PyMemAllocatorEx allocator() noexcept {
  return {nullptr, allocate, allocate_zeroed, resize, release};
}

// glibc starts with 128 KiB for both and raises them only where blocks that were mapped are freed.
// Larger ones cost nothing at the peak; up to the first of them may stay after it.
void calm() noexcept {
#ifdef __GLIBC__
  constexpr int kKeptAtEnd = 8 * base::kMiB;
  constexpr int kMappedAlone = 4 * base::kMiB;  // a mapped block grows by moving page tables
  if (environment_has_settings()) return;
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtEnd);
  ::mallopt(M_MMAP_THRESHOLD, kMappedAlone);
#endif
}

std::size_t bytes_in_use() noexcept {
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 33)
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
#endif
  return 0;
}

}  // namespace exuvia::cpython::libc
