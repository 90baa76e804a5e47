// The process's one heap for the interpreter's small blocks, and who may enter it.
#pragma once

#include "exuvia/heap/heap.hpp"

namespace exuvia::cpython {

using ObjectHeap = heap::Heap;

inline constexpr std::size_t kLargestBlock = ObjectHeap::Geometry::kLargestBlock;

// Lives from before main to after every destructor: objects are freed until the very end of a
// process.
union EternalHeap {
  constexpr EternalHeap() noexcept : heap() {}
  // The heap stays.  NOLINTNEXTLINE(modernize-use-equals-default)
  ~EternalHeap() {}
  ObjectHeap heap;
};
// Hidden, so that its address takes no load.
extern EternalHeap eternal_heap [[gnu::visibility("hidden")]];

// Enter it under a HeapGuard, or where interpreters::lock_protects_heap().
inline ObjectHeap& object_heap() noexcept { return eternal_heap.heap; }

// Holds the heap's lock where the interpreter's own does not protect the heap. The caller holds its
// interpreter's lock (or is alone in the process, as before and after the interpreter's life).
class HeapGuard {
 public:
  HeapGuard() noexcept;
  ~HeapGuard() noexcept;
  HeapGuard(const HeapGuard&) = delete;
  HeapGuard& operator=(const HeapGuard&) = delete;

 private:
  bool is_locked_;
};

// Enters the heap to look at it from where the interpreter's lock may not be held: in a thread that
// ends the process, in a signal handler. Never waits.
class HeapGlance {
 public:
  HeapGlance() noexcept;
  ~HeapGlance() noexcept;
  HeapGlance(const HeapGlance&) = delete;
  HeapGlance& operator=(const HeapGlance&) = delete;

  // False if someone else may be changing the heap.
  bool may_look() const noexcept { return may_look_; }

 private:
  bool is_locked_;
  bool may_look_;
};

// Makes the heap ready to be entered: fork leaves its lock free in the child, and the limit that
// the environment asks for holds. Call it before the first block; again does nothing.
void prepare_heap() noexcept;

// Whether the environment bounds the heap. Blocks it refuses must then not be asked of another
// allocator.
bool heap_is_limited() noexcept;

}  // namespace exuvia::cpython
