// The interned strings of a heap.
#pragma once

#include <cstddef>

#include "exuvia/types/str.hpp"

namespace exuvia::types {

// Open addressing by hash. Holds no reference: a string leaves the table when it dies.
// Invariant: a string of this heap is in the table iff it says is_interned.
class StringTable {
 public:
  explicit StringTable(runtime::Storage& storage) noexcept : storage_(storage) {}
  ~StringTable();
  StringTable(const StringTable&) = delete;
  StringTable& operator=(const StringTable&) = delete;

  // The string in the table that has this text and hash, or null.
  [[nodiscard]] Str* find(const std::byte* data, std::size_t length, unsigned width,
                          Hash hash) const noexcept;
  // Adds a string whose text is not in the table; false when memory is exhausted.
  [[nodiscard]] bool try_add(Str& text) noexcept;
  void remove(const Str& text) noexcept;

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return capacity_ * sizeof(Str*); }

 private:
  [[nodiscard]] std::size_t home(const Str& text) const noexcept {
    return static_cast<std::size_t>(text.hash) & (capacity_ - 1);
  }
  [[nodiscard]] bool try_grow() noexcept;
  void place(Str* text) noexcept;

  runtime::Storage& storage_;
  Str** slots_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two, or 0; never full
  std::size_t count_ = 0;
};

}  // namespace exuvia::types
