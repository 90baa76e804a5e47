// A short text built without allocating: for messages printed while memory is broken or exhausted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace exuvia::base {

// Appends to a fixed buffer; what does not fit is cut off.
class Message {
 public:
  Message& text(std::string_view part) noexcept;
  Message& decimal(std::uint64_t value) noexcept;
  // As 0x followed by lower-case digits, without leading zeros.
  Message& hex(std::uint64_t value) noexcept;
  Message& address(const void* value) noexcept;

  std::string_view view() const noexcept { return {buffer_, length_}; }

  // Writes the text and a newline to stderr with plain system calls.
  void print() const noexcept;

  // Prints, then aborts.
  [[noreturn]] void die() const noexcept;

 private:
  static constexpr std::size_t kCapacity = 1024;
  char buffer_[kCapacity];
  std::size_t length_ = 0;
};

}  // namespace exuvia::base
