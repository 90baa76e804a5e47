#include "cpython/interpreters_inl.hpp"

#include "cpython/allocator.hpp"

#include <algorithm>
#include <cstring>

#include "cpython/allocator_stack.hpp"
#include "cpython/frame_chunks.hpp"
#include "cpython/libc_allocator.hpp"
#include "cpython/object_heap.hpp"

namespace exuvia::cpython::allocator {
namespace {

// What a PyMemAllocatorEx of ours has as its context.
struct Domain {
  PyMemAllocatorEx underneath;
};

constinit Domain object_domain{};
constinit Domain mem_domain{};

Domain& domain_of(void* context) noexcept { return *static_cast<Domain*>(context); }

// Every allocation and every release comes through here. What is not done at once is left to a
// function of its own, called last: so these two save no register and have no frame.

// The heap refuses a small block when the system gives no arena, but may have some bytes, or when
// its limit is reached: then that is the answer.
[[gnu::noinline]] void* allocate_small(const PyMemAllocatorEx& underneath,
                                       std::size_t bytes) noexcept {
  {
    HeapGuard guard;
    if (void* block = object_heap().try_allocate(bytes)) return block;
    if (heap_is_limited()) return nullptr;
  }
  return underneath.malloc(underneath.ctx, bytes);
}

[[gnu::noinline]] void* allocate_slowly(void* context, std::size_t bytes) noexcept {
  const PyMemAllocatorEx& underneath = domain_of(context).underneath;
  if (bytes > kLargestBlock) return underneath.malloc(underneath.ctx, bytes);
  return allocate_small(underneath, bytes);
}

void* allocate(void* context, std::size_t bytes) {
  if (interpreters::lock_protects_heap()) [[likely]] {
    if (void* block = object_heap().try_allocate_at_once(bytes)) [[likely]]
      return block;
  }
  return allocate_slowly(context, bytes);
}

void* allocate_zeroed(void* context, std::size_t count, std::size_t element) {
  const PyMemAllocatorEx& underneath = domain_of(context).underneath;
  std::size_t bytes = 0;
  // The caller checked the product against PY_SSIZE_T_MAX; the block underneath may be zero
  // already.
  if (__builtin_mul_overflow(count, element, &bytes)) return nullptr;
  if (bytes > kLargestBlock) return underneath.calloc(underneath.ctx, count, element);
  void* block = allocate(context, bytes);
  if (block != nullptr) std::memset(block, 0, bytes);
  return block;
}

bool try_release_small(void* block) noexcept {
  HeapGuard guard;
  if (!object_heap().owns(block)) return false;
  object_heap().deallocate(block);
  return true;
}

[[gnu::noinline]] void release_slowly(void* context, void* block) noexcept {
  if (block == nullptr || try_release_small(block)) return;
  const PyMemAllocatorEx& underneath = domain_of(context).underneath;
  underneath.free(underneath.ctx, block);
}

void release(void* context, void* block) {
  if (interpreters::lock_protects_heap() && object_heap().try_deallocate_at_once(block)) [[likely]]
    return;
  release_slowly(context, block);
}

// The size of the block's class if it is ours, else 0.
std::size_t capacity_of(const void* block) noexcept {
  HeapGuard guard;
  return object_heap().owns(block) ? object_heap().usable_size(block) : 0;
}

// A block that shrinks by less than a quarter stays, as in pymalloc: moving costs more than it
// saves.
bool stays_in_place(std::size_t capacity, std::size_t bytes) noexcept {
  return bytes <= capacity && bytes * 4 > capacity * 3;
}

void* move(void* context, void* block, std::size_t capacity, std::size_t bytes) noexcept {
  void* moved = allocate(context, bytes);
  if (moved == nullptr) return bytes <= capacity ? block : nullptr;
  std::memcpy(moved, block, std::min(capacity, bytes));
  release(context, block);
  return moved;
}

void* resize(void* context, void* block, std::size_t bytes) {
  if (block == nullptr) return allocate(context, bytes);
  const std::size_t capacity = capacity_of(block);
  if (stays_in_place(capacity, bytes)) return block;
  if (capacity != 0) return move(context, block, capacity, bytes);
  const PyMemAllocatorEx& underneath = domain_of(context).underneath;
  return underneath.realloc(underneath.ctx, block, bytes);
}

PyMemAllocatorEx over(Domain& domain) noexcept {
  return {&domain, allocate, allocate_zeroed, resize, release};
}

}  // namespace

bool is_installed() noexcept { return stack::bottom(PYMEM_DOMAIN_OBJ).malloc == allocate; }

void install_before_main() noexcept {
  prepare_heap();
  libc::calm();
  keep_frame_chunks();
  object_domain.underneath = mem_domain.underneath = libc::allocator();
  stack::set_bottom(PYMEM_DOMAIN_OBJ, over(object_domain));
  stack::set_bottom(PYMEM_DOMAIN_MEM, over(mem_domain));
}

const char* try_install() noexcept {
  if (is_installed()) return nullptr;
  if (const char* obstacle = stack::obstacle()) return obstacle;
  prepare_heap();
  interpreters::learn_main();
  object_domain.underneath = stack::bottom(PYMEM_DOMAIN_OBJ);
  mem_domain.underneath = stack::bottom(PYMEM_DOMAIN_MEM);
  stack::set_bottom(PYMEM_DOMAIN_OBJ, over(object_domain));
  stack::set_bottom(PYMEM_DOMAIN_MEM, over(mem_domain));
  return nullptr;
}

}  // namespace exuvia::cpython::allocator
