#include "exuvia/runtime/object_log.hpp"

#include <algorithm>

namespace exuvia::runtime {

namespace {
constexpr std::uint32_t kFirstCapacity = 1024;
}

void ObjectLog::squeeze() noexcept {
  if (holes_ == 0) return;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    Header* const header = entries_[i];
    if (header == nullptr) continue;
    header->move_to(place_, kept);
    entries_[kept++] = header;
  }
  size_ = kept;
  holes_ = 0;
}

bool ObjectLog::try_make_room(Storage& storage) noexcept {
  if (holes_ > capacity_ / 2) {
    squeeze();
    return true;
  }
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
  size_ = capacity_ = holes_ = 0;
}

bool ObjectLog::is_consistent() const noexcept {
  std::uint32_t empty = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    if (entries_[i] == nullptr) {
      ++empty;
    } else if (entries_[i]->place() != place_ || entries_[i]->position() != i) {
      return false;
    }
  }
  return empty == holes_ && size_ <= capacity_;
}

}  // namespace exuvia::runtime
