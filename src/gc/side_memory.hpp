// Where the collector's side tables live: zeroed memory of their own, mapped for a collection and
// given back after it.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "exuvia/platform/platform.hpp"

namespace exuvia::gc {

// Zeroed, lazily committed memory in multiples of kSideGrain. Any thread may call.
class SideMemory {
 public:
  virtual ~SideMemory() = default;

  // `bytes` of zeroed memory that starts at a multiple of `alignment` (a power of two, at least
  // kSideGrain), or null.
  virtual void* try_map(std::size_t bytes, std::size_t alignment) noexcept = 0;
  // Gives back what try_map returned, whole.
  virtual void unmap(void* memory, std::size_t bytes) noexcept = 0;
  // Tells that the memory will be used densely, so that huge pages pay.
  virtual void advise_dense(void* memory, std::size_t bytes) noexcept = 0;
  // Zeroes whole grains and lets their memory go until they are touched again; false, and nothing
  // done, when refused.
  virtual bool try_discard(void* memory, std::size_t bytes) noexcept = 0;
};

// The grain of side memory: an OS page, or a multiple of one.
inline constexpr std::size_t kSideGrain = 4096;

constexpr std::size_t round_up_to_grain(std::size_t bytes) noexcept {
  return (bytes + kSideGrain - 1) & ~(kSideGrain - 1);
}

// Side memory from a platform.
template <platform::Platform P>
class PlatformSideMemory final : public SideMemory {
 public:
  explicit PlatformSideMemory(P platform = {}) noexcept : platform_(platform) {}

  void* try_map(std::size_t bytes, std::size_t alignment) noexcept override {
    void* memory = platform_.try_reserve(bytes, alignment);
    if (memory == nullptr || platform_.try_commit(memory, bytes)) return memory;
    platform_.release(memory, bytes);
    return nullptr;
  }
  void unmap(void* memory, std::size_t bytes) noexcept override {
    platform_.release(memory, bytes);
  }
  void advise_dense(void* memory, std::size_t bytes) noexcept override {
    platform_.prefer_huge(memory, bytes);
  }
  bool try_discard(void* memory, std::size_t bytes) noexcept override {
    return platform_.try_decommit(memory, bytes);
  }

 private:
  P platform_;
};

// The process's memory.
SideMemory& system_side_memory() noexcept;

// A zeroed array in side memory, fixed in length from try_allocate to destruction.
template <class T>
class SideArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit SideArray(SideMemory& memory) noexcept : memory_(&memory) {}
  SideArray(const SideArray&) = delete;
  SideArray& operator=(const SideArray&) = delete;
  SideArray(SideArray&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  SideArray& operator=(SideArray&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~SideArray() { release(); }

  // Makes the array `size` zeroes long; false, and empty, when there is no memory. Never throws.
  // Huge pages cost fewer faults, but one of them may take milliseconds.
  [[nodiscard]] bool try_allocate(std::size_t size, bool with_huge_pages = true) noexcept {
    release();
    if (size == 0) return true;
    data_ = static_cast<T*>(memory_->try_map(round_up_to_grain(size * sizeof(T)), kSideGrain));
    if (data_ == nullptr) return false;
    size_ = size;
    if (with_huge_pages) memory_->advise_dense(data_, memory_bytes());
    return true;
  }

  void release() noexcept {
    if (data_ != nullptr) memory_->unmap(data_, memory_bytes());
    data_ = nullptr;
    size_ = 0;
  }

  T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  T& operator[](std::size_t i) const noexcept { return data_[i]; }
  T* begin() const noexcept { return data_; }
  T* end() const noexcept { return data_ + size_; }
  std::size_t memory_bytes() const noexcept { return round_up_to_grain(size_ * sizeof(T)); }

 private:
  SideMemory* memory_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace exuvia::gc
