// Definitions of ArenaMap's members that are not on the fast path.
#pragma once

#include "exuvia/heap/arena_map.hpp"

namespace exuvia::heap {

template <class Platform, class G>
template <class T>
bool ArenaMap<Platform, G>::try_map(Platform& platform, T*& place) noexcept {
  if (place != nullptr) return true;
  const std::size_t page = platform.os_page_size();
  const std::size_t bytes = base::align_up(sizeof(T), page);
  void* p = platform.try_reserve(bytes, page);
  if (p == nullptr) return false;
  if (!platform.try_commit(p, bytes)) {
    platform.release(p, bytes);
    return false;
  }
  place = static_cast<T*>(p);
  return true;
}

template <class Platform, class G>
template <class T>
void ArenaMap<Platform, G>::unmap(Platform& platform, T*& place) noexcept {
  if (place != nullptr) {
    platform.release(place, base::align_up(sizeof(T), platform.os_page_size()));
  }
  place = nullptr;
}

template <class Platform, class G>
bool ArenaMap<Platform, G>::try_make_room(Platform& platform, const void* base) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  if ((std::uint64_t{address} >> kAddressBits) != 0) return false;
  return try_map(platform, root_) && try_map(platform, root_->leaves[address >> kRootShift]);
}

template <class Platform, class G>
void ArenaMap<Platform, G>::set(const void* base, Arena<G>* arena) noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  root_->leaves[address >> kRootShift]->arenas[leaf_index(address)] = arena;
}

template <class Platform, class G>
void ArenaMap<Platform, G>::clear(Platform& platform) noexcept {
  if (root_ == nullptr) return;
  for (Leaf*& leaf : root_->leaves) unmap(platform, leaf);
  unmap(platform, root_);
}

}  // namespace exuvia::heap
