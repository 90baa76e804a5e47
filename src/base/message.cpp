#include "exuvia/base/message.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace exuvia::base {
namespace {

void write_all(const char* data, std::size_t size) noexcept {
  while (size != 0) {
    const ssize_t written = ::write(STDERR_FILENO, data, size);
    if (written <= 0) return;  // nowhere left to complain
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

}  // namespace

Message& Message::text(std::string_view part) noexcept {
  const std::size_t fits = std::min(part.size(), kCapacity - length_);
  std::memcpy(buffer_ + length_, part.data(), fits);
  length_ += fits;
  return *this;
}

Message& Message::decimal(std::uint64_t value) noexcept {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return text({digits, static_cast<std::size_t>(end - digits)});
}

Message& Message::hex(std::uint64_t value) noexcept {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
  return text("0x").text({digits, static_cast<std::size_t>(end - digits)});
}

Message& Message::address(const void* value) noexcept {
  return hex(reinterpret_cast<std::uintptr_t>(value));
}

void Message::print() const noexcept {
  char line[kCapacity + 1];
  std::memcpy(line, buffer_, length_);
  line[length_] = '\n';
  write_all(line, length_ + 1);
}

void Message::die() const noexcept {
  print();
  std::abort();
}

}  // namespace exuvia::base
