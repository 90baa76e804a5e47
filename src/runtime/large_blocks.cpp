#include "exuvia/runtime/large_blocks.hpp"

#include <cstdlib>
#include <utility>

#include <malloc.h>

namespace exuvia::runtime {

LargeBlocks::~LargeBlocks() {
  for (Link* link = ring_.next; link != &ring_;) std::free(std::exchange(link, link->next));
}

heap::Underlying LargeBlocks::as_underlying() noexcept {
  return {.context = this,
          .allocate = &allocate,
          .allocate_zeroed = &allocate_zeroed,
          .reallocate = &reallocate,
          .deallocate = &deallocate,
          .usable_size = &usable_size,
          .trim = heap::kMallocFamily.trim};
}

void* LargeBlocks::allocate(void* context, std::size_t size) {
  return static_cast<LargeBlocks*>(context)->admit(
      static_cast<Link*>(std::malloc(sizeof(Link) + size)));
}

void* LargeBlocks::allocate_zeroed(void* context, std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) ||
      __builtin_add_overflow(bytes, sizeof(Link), &bytes))
    return nullptr;
  return static_cast<LargeBlocks*>(context)->admit(static_cast<Link*>(std::calloc(1, bytes)));
}

// Out of the ring meanwhile, as its neighbours know its address.
void* LargeBlocks::reallocate(void* context, void* p, std::size_t size) {
  if (p == nullptr) return allocate(context, size);
  auto& self = *static_cast<LargeBlocks*>(context);
  Link* const link = static_cast<Link*>(p) - 1;
  unlink(*link);
  auto* const moved = static_cast<Link*>(std::realloc(link, sizeof(Link) + size));
  if (moved != nullptr) return self.admit(moved);
  (void)self.admit(link);
  return nullptr;
}

void LargeBlocks::deallocate(void*, void* p) {
  if (p == nullptr) return;
  Link* const link = static_cast<Link*>(p) - 1;
  unlink(*link);
  std::free(link);
}

std::size_t LargeBlocks::usable_size(void*, void* p) {
  return ::malloc_usable_size(static_cast<Link*>(p) - 1) - sizeof(Link);
}

void* LargeBlocks::admit(Link* link) noexcept {
  if (link == nullptr) return nullptr;
  *link = {&ring_, ring_.next};
  ring_.next->previous = link;
  ring_.next = link;
  return link + 1;
}

void LargeBlocks::unlink(const Link& link) noexcept {
  link.previous->next = link.next;
  link.next->previous = link.previous;
}

}  // namespace exuvia::runtime
