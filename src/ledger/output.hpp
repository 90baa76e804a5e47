// Text on its way to a file descriptor, through a buffer of fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace exuvia::ledger {

class Output {
 public:
  explicit Output(int descriptor) noexcept : descriptor_(descriptor) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

  Output& append(std::string_view text) noexcept;
  Output& append_number(std::uint64_t number) noexcept;

  // Writes what is buffered; short texts so reach the terminal in one piece.
  void flush() noexcept;

  // The errno of the first failure; 0 when everything was written.
  int error() const noexcept { return error_; }

 private:
  static constexpr std::size_t kCapacity = 4096;

  int descriptor_;
  int error_ = 0;
  std::size_t size_ = 0;
  char buffer_[kCapacity];
};

}  // namespace exuvia::ledger
