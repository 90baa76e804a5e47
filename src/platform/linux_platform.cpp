#include "exuvia/platform/linux_platform.hpp"

#include <cerrno>
#include <ctime>

#include <sys/mman.h>
#include <unistd.h>

#include "exuvia/base/bytes.hpp"
#include "exuvia/platform/refusal.hpp"

namespace exuvia::platform {
namespace {

// malloc must not change errno when it succeeds, and free never.
class ErrnoKeeper {
 public:
  ErrnoKeeper() noexcept : saved_(errno) {}
  ~ErrnoKeeper() { errno = saved_; }
  ErrnoKeeper(const ErrnoKeeper&) = delete;
  ErrnoKeeper& operator=(const ErrnoKeeper&) = delete;

 private:
  int saved_;
};

constexpr int kReserved = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

void* map_reserved(std::size_t bytes) noexcept {
  void* p = ::mmap(nullptr, bytes, PROT_NONE, kReserved, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

// Cuts [p, p + bytes) out of a mapping that is `slack` larger, and releases both ends.
void* keep_aligned(void* mapped, std::size_t bytes, std::size_t alignment,
                   std::size_t slack) noexcept {
  const auto start = reinterpret_cast<std::uintptr_t>(mapped);
  const std::uintptr_t kept = base::align_up(start, alignment);
  const std::size_t before = kept - start;
  if (before != 0) ::munmap(mapped, before);
  if (before != slack) ::munmap(reinterpret_cast<void*>(kept + bytes), slack - before);
  return reinterpret_cast<void*>(kept);
}

}  // namespace

std::size_t LinuxPlatform::os_page_size() noexcept {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

void* LinuxPlatform::try_reserve(std::size_t bytes, std::size_t alignment) noexcept {
  if (is_refused()) return nullptr;
  const ErrnoKeeper keeper;
  const std::size_t slack = alignment > os_page_size() ? alignment - os_page_size() : 0;
  if (bytes + slack < bytes) return nullptr;
  void* mapped = map_reserved(bytes + slack);
  return mapped == nullptr ? nullptr : keep_aligned(mapped, bytes, alignment, slack);
}

bool LinuxPlatform::try_commit(void* p, std::size_t bytes) noexcept {
  if (is_refused()) return false;
  const ErrnoKeeper keeper;
  return ::mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0;
}

bool LinuxPlatform::try_decommit(void* p, std::size_t bytes) noexcept {
  if (is_refused()) return false;
  const ErrnoKeeper keeper;
  return ::madvise(p, bytes, MADV_DONTNEED) == 0;
}

bool LinuxPlatform::try_uncommit(void* p, std::size_t bytes) noexcept {
  const ErrnoKeeper keeper;
  return ::mmap(p, bytes, PROT_NONE, kReserved | MAP_FIXED, -1, 0) == p;
}

void LinuxPlatform::release(void* p, std::size_t bytes) noexcept {
  const ErrnoKeeper keeper;
  // Refused only when the process has no mapping to spare for the split: keep the addresses then.
  if (::munmap(p, bytes) != 0) ::madvise(p, bytes, MADV_DONTNEED);
}

// One call for several pages costs two thirds of a fault for each. Kernels before 5.14 refuse.
void LinuxPlatform::populate(void* p, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
  const ErrnoKeeper keeper;
  ::madvise(p, bytes, MADV_POPULATE_WRITE);
#else
  static_cast<void>(p), static_cast<void>(bytes);
#endif
}

void LinuxPlatform::prefer_huge(void* p, std::size_t bytes) noexcept {
  const ErrnoKeeper keeper;
  ::madvise(p, bytes, MADV_HUGEPAGE);
}

void LinuxPlatform::forbid_huge(void* p, std::size_t bytes) noexcept {
  const ErrnoKeeper keeper;
  ::madvise(p, bytes, MADV_NOHUGEPAGE);
}

std::uint64_t LinuxPlatform::now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace exuvia::platform
