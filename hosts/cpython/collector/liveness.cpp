#include "cpython/collector/liveness.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cpython/collector/heads.hpp"

namespace exuvia::cpython {
namespace {

constexpr Address kEndOfUserSpace = Address{1} << 47;
constexpr std::size_t kKernelSignalSetBytes = 8;

// The kernel reads a new signal mask before it refuses to do an impossible thing with it. Unlike
// process_vm_readv, which sandboxes forbid, every program needs this call: its threads start with
// it.
bool is_readable(Address word) noexcept {
  constexpr int kNoSuchRequest = -1;
  const int saved_errno = errno;
  const long refused =
      ::syscall(SYS_rt_sigprocmask, kNoSuchRequest, word, nullptr, kKernelSignalSetBytes);
  const bool was_read = refused == -1 && errno == EINVAL;
  errno = saved_errno;
  return was_read;
}

// Whoever could unmap the word between the question and the reading needs the interpreter's lock.
[[gnu::no_sanitize_address]] bool try_read(Address from, Address& into) noexcept {
  if (!is_readable(from)) return false;
  std::memcpy(&into, reinterpret_cast<const void*>(from), sizeof into);
  return true;
}

// The head of a list may lie at any address whose two lowest bits are free for flags.
bool is_word(Address address) noexcept {
  return address % 4 == 0 && address > 0x10000 && address < kEndOfUserSpace;
}
bool is_plausible(Address object) noexcept { return object % 16 == 0 && is_word(object); }

bool try_read_head(Address head, PyGC_Head& into) noexcept {
  return is_word(head) && try_read(head + offsetof(PyGC_Head, _gc_next), into._gc_next) &&
         try_read(head + offsetof(PyGC_Head, _gc_prev), into._gc_prev);
}

}  // namespace

bool is_live_container(Address object) noexcept {
  const Address head = object - kHeadBytes;
  Address references = 0;
  PyGC_Head self;
  PyGC_Head previous;
  PyGC_Head next;
  if (!is_plausible(object) || !try_read(object, references) || references == 0) return false;
  return try_read_head(head, self) && try_read_head(self._gc_next, next) &&
         (next._gc_prev & kPreviousMask) == head &&
         try_read_head(self._gc_prev & kPreviousMask, previous) && previous._gc_next == head;
}

}  // namespace exuvia::cpython
