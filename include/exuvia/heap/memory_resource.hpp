// Standard C++ interfaces over a heap.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>
#include <type_traits>

namespace exuvia::heap {

// std::pmr::memory_resource over any heap. The heap must outlive it, and who may call is the heap's
// rule. Alignments above the heap's own go to the C++ library's new and delete. Throws
// std::bad_alloc when memory is exhausted, as the standard asks of a memory resource.
template <class H>
class MemoryResource final : public std::pmr::memory_resource {
 public:
  explicit MemoryResource(H& heap) noexcept : heap_(&heap) {}

 private:
  static bool is_for_heap(std::size_t alignment) noexcept {
    return alignment <= H::Geometry::kGrain;
  }

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (!is_for_heap(alignment)) return ::operator new (bytes, std::align_val_t{alignment});
    if (void* p = heap_->try_allocate(bytes)) return p;
    throw std::bad_alloc();
  }

  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    // Without the size, which not every compiler passes on by default.
    if (!is_for_heap(alignment)) return ::operator delete (p, std::align_val_t{alignment});
    heap_->deallocate(p, bytes);
  }

  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    const auto* same_kind = dynamic_cast<const MemoryResource*>(&other);
    return same_kind != nullptr && same_kind->heap_ == heap_;
  }

  H* heap_;
};

// An allocator for standard containers over any heap: std::vector<int, StdAllocator<int, Heap>>
// v(heap); The heap must outlive the containers. Copies share the heap; allocators of one heap are
// equal.
template <class T, class H>
class StdAllocator {
 public:
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;

  StdAllocator(H& heap) noexcept : heap_(&heap) {}  // NOLINT: containers are made from a heap
  template <class U>
  StdAllocator(const StdAllocator<U, H>& other) noexcept : heap_(other.heap_) {}  // NOLINT

  T* allocate(std::size_t count) {
    if (count > std::size_t(-1) / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(MemoryResource<H>(*heap_).allocate(count * sizeof(T), alignof(T)));
  }

  void deallocate(T* p, std::size_t count) noexcept {
    MemoryResource<H>(*heap_).deallocate(p, count * sizeof(T), alignof(T));
  }

  template <class U>
  bool operator==(const StdAllocator<U, H>& other) const noexcept {
    return heap_ == other.heap_;
  }

 private:
  template <class U, class K>
  friend class StdAllocator;

  H* heap_;
};

}  // namespace exuvia::heap
