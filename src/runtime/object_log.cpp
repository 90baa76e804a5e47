#include "exuvia/runtime/object_log.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace exuvia::runtime {

namespace {
constexpr std::uint32_t kFirstCapacity = 1024;
}

void ObjectLog::squeeze() noexcept {
  const std::uint32_t old_end = move_down(0, old_end_, 0);
  const std::uint32_t young_begin = move_down(old_end_, young_begin_, old_end);
  shrink(move_down(young_begin_, size_, young_begin));
  old_end_ = old_end;
  young_begin_ = young_begin;
}

// Whole structures die at once: most often many holes follow each other.
void ObjectLog::drop_last_holes_slowly() noexcept {
  constexpr std::uint32_t kAtOnce = 8;
  const auto either = [](std::uintptr_t bits, const Header* entry) {
    return bits | reinterpret_cast<std::uintptr_t>(entry);
  };
  const auto are_holes = [either](Header* const* entries) {
    return std::accumulate(entries, entries + kAtOnce, std::uintptr_t{0}, either) == 0;
  };
  std::uint32_t size = size_;
  while (size >= kAtOnce && are_holes(entries_ + size - kAtOnce)) size -= kAtOnce;
  while (size > 0 && entries_[size - 1] == nullptr) --size;
  shrink(size);
}

// Moves what lives in [from, end) to `to` and after. Returns where that ends.
std::uint32_t ObjectLog::move_down(std::uint32_t from, std::uint32_t end,
                                   std::uint32_t to) noexcept {
  for (std::uint32_t i = from; i < end; ++i) {
    Header* const header = entries_[i];
    if (header == nullptr) continue;
    if (i != to) header->move_to(object::Place::kLogged, to);
    entries_[to++] = header;
  }
  return to;
}

std::size_t ObjectLog::count(std::uint32_t begin) const noexcept {
  const auto holes = std::count(entries_ + begin, entries_ + size_, nullptr);
  return size_ - begin - static_cast<std::size_t>(holes);
}

bool ObjectLog::try_make_room(Storage& storage) noexcept {
  squeeze();
  if (size_ < capacity_ / 2) return true;
  const std::uint32_t capacity =
      std::min(std::max(capacity_ * 2, kFirstCapacity), Header::kMaxPosition);
  if (capacity == capacity_) return false;
  auto* const entries = static_cast<Header**>(storage.allocate(capacity * sizeof(Header*)));
  if (entries == nullptr) return false;
  std::copy_n(entries_, size_, entries);
  if (entries_ != nullptr) storage.deallocate(entries_, capacity_ * sizeof(Header*));
  entries_ = entries;
  capacity_ = capacity;
  update_stop();
  return true;
}

void ObjectLog::free(Storage& storage) noexcept {
  if (entries_ != nullptr) storage.deallocate(entries_, capacity_ * sizeof(Header*));
  entries_ = nullptr;
  size_ = capacity_ = old_end_ = young_begin_ = stop_ = 0;
}

bool ObjectLog::is_consistent() const noexcept {
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (entries_[i] == nullptr) continue;
    if (entries_[i]->place() != object::Place::kLogged || entries_[i]->position() != i) {
      return false;
    }
  }
  return old_end_ <= young_begin_ && young_begin_ <= size_ && size_ <= capacity_ &&
         stop_ <= capacity_;
}

}  // namespace exuvia::runtime
