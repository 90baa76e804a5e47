// The fast path of BasicHeap. Included by heap.hpp.
#pragma once

#include "exuvia/base/check.hpp"
#include "exuvia/heap/heap.hpp"

namespace exuvia::heap {

template <class P, class G, class C>
constexpr BasicHeap<P, G, C>::BasicHeap(const Options& options, const Underlying& underlying,
                                        P platform) noexcept
    : store_(platform, options.reservation, options.huge_pages_from),
      whole_pools_from_(options.whole_pools_from),
      trims_itself_(options.trims_itself),
      underlying_(underlying) {
  void** slots = slots_;
  for (unsigned bin = 0; bin < G::kBins; ++bin) {
    magazines_[bin].use(slots, magazine_capacity(bin));
    slots += magazine_capacity(bin) + 1;
  }
}

// The magazines are as far apart as sizes are, times a constant: what addresses can express without
// arithmetic. The compiler does not know that a size is a whole number of grains.
template <class P, class G, class C>
inline Magazine& BasicHeap<P, G, C>::magazine_of(std::size_t block_size) noexcept {
  constexpr std::size_t kScale = sizeof(Magazine) / G::kGrain;
  static_assert(kScale * G::kGrain == sizeof(Magazine));
  return *reinterpret_cast<Magazine*>(reinterpret_cast<std::byte*>(magazines_) +
                                      block_size * kScale);
}

// Size 0 is not among the sizes here: one comparison refuses it and those that are too large.
template <class P, class G, class C>
inline void* BasicHeap<P, G, C>::try_allocate_at_once(std::size_t size) noexcept {
  const std::size_t last = size - 1;
  if (last >= G::kLargestBlock) [[unlikely]]
    return nullptr;
  return magazine_of((last | (G::kGrain - 1)) + 1).pop();
}

template <class P, class G, class C>
inline void* BasicHeap<P, G, C>::try_allocate(std::size_t size) noexcept {
  if (void* p = try_allocate_at_once(size); p != nullptr) [[likely]]
    return p;
  return allocate_slow(size);
}

template <class P, class G, class C>
inline Magazine* BasicHeap<P, G, C>::magazine_for(std::size_t size) noexcept {
  const bool has_one = C::kMagazineBytes != 0 && size - 1 < G::kLargestBlock;
  return has_one ? &magazines_[bin_of_size(size)] : nullptr;
}

// In memory that is not in use the size is 0, whose magazine is always full.
template <class P, class G, class C>
inline bool BasicHeap<P, G, C>::try_deallocate_at_once(void* p) noexcept {
  return store_.is_in_reservation(p) && magazine_of(store_.size_in_reservation(p)).try_push(p);
}

template <class P, class G, class C>
inline void BasicHeap<P, G, C>::deallocate(void* p) noexcept {
  if (!try_deallocate_at_once(p)) [[unlikely]]
    deallocate_slow(p);
}

template <class P, class G, class C>
inline void BasicHeap<P, G, C>::deallocate(void* p, [[maybe_unused]] std::size_t size) noexcept {
  EXUVIA_ASSERT(p == nullptr || !owns(p) || size <= usable_size(p),
                "a block was freed with a size it never had");
  deallocate(p);
}

template <class P, class G, class C>
inline std::size_t BasicHeap<P, G, C>::size_of_block(const void* p) const noexcept {
  if (const std::size_t size = store_.size_in_reservation(p); size != 0) [[likely]]
    return size;
  const auto* arena = store_.find_arena(p);
  if (arena == nullptr) return 0;
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(p) - arena->base);
  return arena->block_sizes[offset >> G::kPoolShift];
}

template <class P, class G, class C>
inline bool BasicHeap<P, G, C>::owns(const void* p) const noexcept {
  return size_of_block(p) != 0;
}

}  // namespace exuvia::heap
