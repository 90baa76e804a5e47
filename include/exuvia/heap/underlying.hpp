// The allocator beneath a heap: it serves what is too large for a pool, and takes back foreign
// pointers.
#pragma once

#include <cstddef>

namespace exuvia::heap {

// The first four behave as malloc, calloc, realloc and free do; each receives `context`. A host
// passes the allocator that was installed before.
struct Underlying {
  void* context;
  void* (*allocate)(void* context, std::size_t size);
  void* (*allocate_zeroed)(void* context, std::size_t count, std::size_t size);
  void* (*reallocate)(void* context, void* p, std::size_t size);
  void (*deallocate)(void* context, void* p);
  // May be null: how many bytes the block at p has.
  std::size_t (*usable_size)(void* context, void* p);
  // May be null: gives unused memory back to the system.
  void (*trim)(void* context);
};

namespace underlying_detail {
void* allocate(void* context, std::size_t size);
void* allocate_zeroed(void* context, std::size_t count, std::size_t size);
void* reallocate(void* context, void* p, std::size_t size);
void deallocate(void* context, void* p);
std::size_t usable_size(void* context, void* p);
void trim(void* context);
}  // namespace underlying_detail

// The C library's malloc family.
inline constexpr Underlying kMallocFamily = {
    nullptr,
    underlying_detail::allocate,
    underlying_detail::allocate_zeroed,
    underlying_detail::reallocate,
    underlying_detail::deallocate,
    underlying_detail::usable_size,
    underlying_detail::trim,
};

}  // namespace exuvia::heap
