#include "types/string_table.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace exuvia::types {

StringTable::~StringTable() {
  if (slots_ != nullptr) storage_.deallocate(slots_, bytes());
}

Str* StringTable::find(const std::byte* data, std::size_t length, unsigned width,
                       Hash hash) const noexcept {
  if (capacity_ == 0) return nullptr;
  const std::size_t mask = capacity_ - 1;
  for (std::size_t i = static_cast<std::size_t>(hash) & mask; slots_[i] != nullptr;
       i = (i + 1) & mask) {
    Str& candidate = *slots_[i];
    if (candidate.hash == hash && candidate.length == length && candidate.width == width &&
        std::memcmp(candidate.data(), data, length * width) == 0) {
      return &candidate;
    }
  }
  return nullptr;
}

void StringTable::place(Str* text) noexcept {
  std::size_t i = home(*text);
  while (slots_[i] != nullptr) i = (i + 1) & (capacity_ - 1);
  slots_[i] = text;
}

bool StringTable::try_grow() noexcept {
  constexpr std::size_t kFirst = 64;
  const std::size_t capacity = std::max(capacity_ * 2, kFirst);
  auto** const slots = static_cast<Str**>(storage_.allocate(capacity * sizeof(Str*)));
  if (slots == nullptr) return false;
  std::fill_n(slots, capacity, nullptr);
  Str** const old = std::exchange(slots_, slots);
  const std::size_t old_capacity = std::exchange(capacity_, capacity);
  for (std::size_t i = 0; i < old_capacity; ++i) {
    if (old[i] != nullptr) place(old[i]);
  }
  if (old != nullptr) storage_.deallocate(old, old_capacity * sizeof(Str*));
  return true;
}

bool StringTable::try_add(Str& text) noexcept {
  if ((count_ + 1) * 3 > capacity_ * 2 && !try_grow()) return false;
  place(&text);
  ++count_;
  text.is_interned = 1;
  return true;
}

// Closes the gap: what had been pushed past it, away from its home, moves back into it.
void StringTable::remove(const Str& text) noexcept {
  const std::size_t mask = capacity_ - 1;
  std::size_t gap = home(text);
  while (slots_[gap] != &text) gap = (gap + 1) & mask;
  for (std::size_t i = (gap + 1) & mask; slots_[i] != nullptr; i = (i + 1) & mask) {
    const std::size_t pushed = (i - home(*slots_[i])) & mask;
    if (pushed < ((i - gap) & mask)) continue;
    slots_[gap] = slots_[i];
    gap = i;
  }
  slots_[gap] = nullptr;
  --count_;
}

}  // namespace exuvia::types
