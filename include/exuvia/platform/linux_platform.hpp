// Linux: anonymous private mappings.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/platform/platform.hpp"

namespace exuvia::platform {

// Stateless; any thread may call. No member changes errno.
class LinuxPlatform {
 public:
  std::size_t os_page_size() noexcept;
  void* try_reserve(std::size_t bytes, std::size_t alignment) noexcept;
  bool try_commit(void* p, std::size_t bytes) noexcept;
  bool try_decommit(void* p, std::size_t bytes) noexcept;
  bool try_uncommit(void* p, std::size_t bytes) noexcept;
  void release(void* p, std::size_t bytes) noexcept;
  void populate(void* p, std::size_t bytes) noexcept;
  void prefer_huge(void* p, std::size_t bytes) noexcept;
  void forbid_huge(void* p, std::size_t bytes) noexcept;
  std::uint64_t now_ns() noexcept;
};

static_assert(Platform<LinuxPlatform>);

}  // namespace exuvia::platform
