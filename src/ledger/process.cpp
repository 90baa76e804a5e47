#include "ledger/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/text.hpp"

namespace exuvia::ledger {
namespace {

constexpr int kStartTimeField = 22;  // proc(5), /proc/PID/stat
constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

// The number of KiB after `label` in text such as "VmHWM:   1234 kB", as bytes.
bool find_kib(const char* text, const char* label, std::uint64_t& bytes) noexcept {
  const char* at = std::strstr(text, label);
  if (at == nullptr) return false;
  bytes = std::strtoull(at + std::strlen(label), nullptr, 10) * 1024;
  return true;
}

std::uint64_t to_ns(const timeval& time) noexcept {
  return static_cast<std::uint64_t>(time.tv_sec) * kNsPerSecond +
         static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

// The last component of a path.
const char* base_name(const char* path) noexcept {
  const char* slash = std::strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

}  // namespace

ssize_t read_small_file(const char* path, char* into, std::size_t capacity) noexcept {
  const int saved_errno = errno;
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t total = file < 0 ? -1 : 0;
  while (file >= 0 && static_cast<std::size_t>(total) + 1 < capacity) {
    const ssize_t got = read(file, into + total, capacity - 1 - static_cast<std::size_t>(total));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    total += got;
  }
  if (file >= 0) close(file);
  into[total > 0 ? total : 0] = '\0';
  errno = saved_errno;
  return total;
}

std::uint64_t start_ticks(pid_t pid) noexcept {
  FixedText<32> path;
  path.append("/proc/").append_number(static_cast<std::uint64_t>(pid)).append("/stat");
  char stat[1024];
  if (read_small_file(path.c_str(), stat, sizeof stat) <= 0) return 0;
  const char* at = std::strrchr(stat, ')');  // the name before it may hold blanks and parentheses
  if (at == nullptr) return 0;
  for (int field = 2; field < kStartTimeField && at != nullptr; ++field) {
    at = std::strchr(at + 1, ' ');
  }
  return at == nullptr ? 0 : std::strtoull(at + 1, nullptr, 10);
}

std::uint64_t pid_namespace() noexcept {
  struct stat status;
  return stat("/proc/self/ns/pid", &status) == 0 ? static_cast<std::uint64_t>(status.st_ino) : 0;
}

bool is_alive(pid_t pid, std::uint64_t ticks) noexcept {
  if (kill(pid, 0) != 0 && errno == ESRCH) return false;
  const std::uint64_t now = start_ticks(pid);
  return now == 0 || ticks == 0 || now == ticks;
}

Residence own_residence() noexcept {
  char status[4096];
  Residence residence{0, 0};
  if (read_small_file("/proc/self/status", status, sizeof status) <= 0) return residence;
  find_kib(status, "VmHWM:", residence.peak);
  find_kib(status, "VmRSS:", residence.now);
  return residence;
}

bool try_private_dirty(std::uint64_t& bytes) noexcept {
  char rollup[2048];
  if (read_small_file("/proc/self/smaps_rollup", rollup, sizeof rollup) <= 0) return false;
  return find_kib(rollup, "Private_Dirty:", bytes);
}

std::uint64_t own_cpu_ns() noexcept {
  rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
}

std::uint64_t monotonic_ns() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
         static_cast<std::uint64_t>(now.tv_nsec);
}

void own_command_line(char* into, std::size_t capacity) noexcept {
  char line[1024];
  const ssize_t size = read_small_file("/proc/self/cmdline", line, sizeof line);
  into[0] = '\0';
  if (size <= 0) return;
  const char* shown = base_name(line);
  const bool has_arguments = static_cast<ssize_t>(std::strlen(line)) + 1 < size;
  if (has_arguments && std::strncmp(shown, "python", 6) == 0) shown = line + std::strlen(line) + 1;
  const char* end = line + size;
  while (end > shown && end[-1] == '\0') --end;
  std::size_t used = 0;
  for (; shown < end && used + 1 < capacity; ++shown) {
    into[used++] = static_cast<unsigned char>(*shown) < ' ' ? ' ' : *shown;
  }
  into[used] = '\0';
}

}  // namespace exuvia::ledger
