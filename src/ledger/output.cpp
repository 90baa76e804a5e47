#include "ledger/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "ledger/text.hpp"

namespace exuvia::ledger {

Output& Output::append(std::string_view text) noexcept {
  while (!text.empty()) {
    if (size_ == kCapacity) flush();
    const std::size_t part = std::min(text.size(), kCapacity - size_);
    std::memcpy(buffer_ + size_, text.data(), part);
    size_ += part;
    text.remove_prefix(part);
  }
  return *this;
}

Output& Output::append_number(std::uint64_t number) noexcept {
  FixedText<24> digits;
  return append(digits.append_number(number).view());
}

void Output::flush() noexcept {
  std::size_t written = 0;
  while (written < size_ && error_ == 0) {
    const ssize_t part = write(descriptor_, buffer_ + written, size_ - written);
    if (part >= 0) {
      written += static_cast<std::size_t>(part);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  size_ = 0;
}

}  // namespace exuvia::ledger
