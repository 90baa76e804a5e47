#include "exuvia/runtime/object_log.hpp"

#include <algorithm>

namespace exuvia::runtime {

namespace {
constexpr std::uint32_t kFirstCapacity = 1024;
}

void ObjectLog::squeeze() noexcept {
  std::uint32_t kept = 0;
  std::uint32_t begin = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (i == young_begin_) begin = kept;
    Header* const header = entries_[i];
    if (header == nullptr) continue;
    if (i != kept) header->move_to(object::Place::kLogged, kept);
    entries_[kept++] = header;
  }
  young_begin_ = young_begin_ == size_ ? kept : begin;
  size_ = kept;
}

void ObjectLog::drop_last_holes() noexcept {
  std::uint32_t size = size_;
  while (size > 0 && entries_[size - 1] == nullptr) --size;
  size_ = size;
  if (young_begin_ > size) young_begin_ = size;
}

std::size_t ObjectLog::count() const noexcept {
  const auto holes = std::count(entries_, entries_ + size_, nullptr);
  return size_ - static_cast<std::size_t>(holes);
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
  return true;
}

void ObjectLog::free(Storage& storage) noexcept {
  if (entries_ != nullptr) storage.deallocate(entries_, capacity_ * sizeof(Header*));
  entries_ = nullptr;
  size_ = capacity_ = young_begin_ = 0;
}

bool ObjectLog::is_consistent() const noexcept {
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (entries_[i] == nullptr) continue;
    if (entries_[i]->place() != object::Place::kLogged || entries_[i]->position() != i) {
      return false;
    }
  }
  return young_begin_ <= size_ && size_ <= capacity_;
}

}  // namespace exuvia::runtime
