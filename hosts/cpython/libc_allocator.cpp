#include "cpython/libc_allocator.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <limits>

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

#ifdef __GLIBC__
// A block of this many bytes or more is mapped alone: it grows by moving page tables, leaves no
// hole and goes back when it is freed. A program that makes and frees such blocks again and again
// would pay for that in page faults, so after some the threshold rises to their size.
std::size_t mapped_alone = std::numeric_limits<std::size_t>::max();
unsigned mapped_and_freed = 0;

void map_alone(std::size_t bytes) noexcept {
  mapped_alone = bytes;
  mapped_and_freed = 0;
  ::mallopt(M_MMAP_THRESHOLD, static_cast<int>(bytes));
}

void release(void*, void* block) {
  constexpr unsigned kManyFreed = 32;
  constexpr std::size_t kMostMappedAlone = 32 * base::kMiB;  // glibc allows no more
  const std::size_t bytes = ::malloc_usable_size(block);
  std::free(block);
  if (bytes < mapped_alone || bytes > kMostMappedAlone) return;
  if (++mapped_and_freed == kManyFreed) map_alone(bytes + 1);
}

bool environment_has_settings() noexcept {
  for (const char* name :
       {"GLIBC_TUNABLES", "MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}
#else
void release(void*, void* block) { std::free(block); }
#endif

}  // namespace

PyMemAllocatorEx allocator() noexcept {
  return {nullptr, allocate, allocate_zeroed, resize, release};
}

// A larger end of the heap costs nothing at the peak; up to its size may stay after it.
void calm() noexcept {
#ifdef __GLIBC__
  constexpr int kKeptAtEnd = 8 * base::kMiB;
  if (environment_has_settings()) return;
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtEnd);
  map_alone(512 * base::kKiB);
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
