// Where a heap of the runtime takes its memory from.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace exuvia::runtime {

class Storage {
 public:
  Storage() noexcept = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  [[nodiscard]] void* allocate(std::size_t bytes) noexcept {
    if (countdown_ != 0 && --countdown_ == 0) return nullptr;
    ++blocks_;
    return std::malloc(bytes);
  }
  void deallocate(void* block, std::size_t) noexcept {
    --blocks_;
    std::free(block);
  }
  [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

  // The n-th allocation from now fails, once; 0 for none. For tests.
  void fail_at(std::size_t n) noexcept { countdown_ = n; }

 private:
  std::size_t blocks_ = 0;
  std::size_t countdown_ = 0;
};

}  // namespace exuvia::runtime
