// A platform for tests: real memory, but calls fail on demand, the clock is set by hand, and what
// was given back is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "exuvia/platform/linux_platform.hpp"

namespace exuvia::platform {

// What a test sets and reads. Outlives the heaps that use it.
struct FakeControl {
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t calls = 0;           // calls that may fail, so far
  std::uint64_t fail_from = kNever;  // number of the first call that fails, counted from 0
  std::uint64_t fail_count = 1;      // how many fail from there on
  bool refuse_reservations = false;  // every reservation of more than largest_reservation fails
  std::size_t largest_reservation = 4u << 20;
  std::uint64_t now_ns = 0;

  std::uint64_t failures = 0;
  std::uint64_t decommit_calls = 0;
  std::size_t decommitted = 0;  // bytes given back by decommit or uncommit, ever
  std::size_t reserved = 0;     // bytes reserved and not released
  std::size_t populated = 0;    // bytes announced as about to be written, ever
};

class FakePlatform {
 public:
  FakePlatform() noexcept = default;
  explicit FakePlatform(FakeControl& control) noexcept : control_(&control) {}

  std::size_t os_page_size() noexcept { return real_.os_page_size(); }
  void* try_reserve(std::size_t bytes, std::size_t alignment) noexcept;
  bool try_commit(void* p, std::size_t bytes) noexcept;
  bool try_decommit(void* p, std::size_t bytes) noexcept;
  bool try_uncommit(void* p, std::size_t bytes) noexcept;
  void release(void* p, std::size_t bytes) noexcept;
  void populate(void*, std::size_t bytes) noexcept;
  void prefer_huge(void*, std::size_t) noexcept {}
  void forbid_huge(void*, std::size_t) noexcept {}
  std::uint64_t now_ns() noexcept { return control_ == nullptr ? 0 : control_->now_ns; }

 private:
  bool must_fail() noexcept;

  LinuxPlatform real_;
  FakeControl* control_ = nullptr;
};

static_assert(Platform<FakePlatform>);

}  // namespace exuvia::platform
