// Text built in a buffer of fixed size, for places that must not allocate. What does not fit is
// cut.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace exuvia::ledger {

template <std::size_t Capacity>
class FixedText {
 public:
  FixedText& append(std::string_view text) noexcept {
    for (const char character : text) append_character(character);
    return *this;
  }

  FixedText& append_number(std::uint64_t number) noexcept {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return append({digits, static_cast<std::size_t>(end - digits)});
  }

  // Pads with blanks to `column` characters; text beyond it is left as it is.
  FixedText& pad_to(std::size_t column) noexcept {
    while (size_ < column && size_ + 1 < Capacity) append_character(' ');
    return *this;
  }

  std::string_view view() const noexcept { return {characters_.data(), size_}; }
  const char* c_str() const noexcept { return characters_.data(); }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  void append_character(char character) noexcept {
    if (size_ + 1 >= Capacity) return;
    characters_[size_++] = character;
    characters_[size_] = '\0';
  }

  std::array<char, Capacity> characters_{};
  std::size_t size_ = 0;
};

}  // namespace exuvia::ledger
