#include "cpython/frame_chunks.hpp"

#include <Python.h>

#include <atomic>

#include "exuvia/base/bytes.hpp"

namespace exuvia::cpython {
namespace {

// DATA_STACK_CHUNK_SIZE of CPython's Python/pystate.c.
constexpr std::size_t kChunkBytes = 16 * base::kKiB;

constinit PyObjectArenaAllocator underneath{};

// Threads of several interpreters may meet here. The exchanges are acquire and release so that who
// takes a chunk sees all that was done to it before.
constinit std::atomic<void*> spare{nullptr};

void* allocate(void*, std::size_t bytes) {
  if (bytes == kChunkBytes) {
    if (void* chunk = spare.exchange(nullptr, std::memory_order_acquire)) return chunk;
  }
  return underneath.alloc(underneath.ctx, bytes);
}

void release(void*, void* memory, std::size_t bytes) {
  if (bytes == kChunkBytes) memory = spare.exchange(memory, std::memory_order_acq_rel);
  if (memory != nullptr) underneath.free(underneath.ctx, memory, bytes);
}

}  // namespace

void keep_frame_chunks() noexcept {
  PyObject_GetArenaAllocator(&underneath);
  PyObjectArenaAllocator ours{nullptr, allocate, release};
  PyObject_SetArenaAllocator(&ours);
}

}  // namespace exuvia::cpython
