// The fast path of BasicHeap. Included by heap.hpp.
#pragma once

#include "exuvia/base/check.hpp"
#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {

template <class P, class G, class C>
constexpr BasicHeap<P, G, C>::BasicHeap(const Options& options, const Underlying& underlying,
                                        P platform) noexcept
    : store_(platform, options.reservation, options.huge_pages_from),
      trims_itself_(options.trims_itself),
      underlying_(underlying) {
  for (unsigned bin = 1; bin < G::kBins; ++bin) magazines_[bin].set_capacity(C::kMagazine);
}

template <class P, class G, class C>
inline void* BasicHeap<P, G, C>::try_allocate(std::size_t size) noexcept {
  if (size <= G::kLargestBlock) [[likely]] {
    if (void* p = magazines_[bin_of_size(size)].pop(); p != nullptr) [[likely]]
      return p;
  }
  return allocate_slow(size);
}

template <class P, class G, class C>
inline void BasicHeap<P, G, C>::deallocate(void* p) noexcept {
  // Foreign pointers fall into bin 0, whose magazine is always full.
  if (magazines_[store_.bin_in_reservation(p)].try_push(p)) [[likely]]
    return;
  deallocate_slow(p);
}

template <class P, class G, class C>
inline void BasicHeap<P, G, C>::deallocate(void* p, [[maybe_unused]] std::size_t size) noexcept {
  EXUVIA_ASSERT(p == nullptr || !owns(p) || size <= usable_size(p),
                "a block was freed with a size it never had");
  deallocate(p);
}

template <class P, class G, class C>
inline unsigned BasicHeap<P, G, C>::bin_of_block(const void* p) const noexcept {
  if (const unsigned bin = store_.bin_in_reservation(p); bin != 0) [[likely]]
    return bin;
  const auto* arena = store_.find_arena(p);
  if (arena == nullptr) return 0;
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(p) - arena->base);
  return arena->bins[offset >> G::kPoolShift];
}

template <class P, class G, class C>
inline bool BasicHeap<P, G, C>::owns(const void* p) const noexcept {
  return bin_of_block(p) != 0;
}

}  // namespace exuvia::heap
