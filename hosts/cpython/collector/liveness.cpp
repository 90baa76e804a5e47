#include "cpython/collector/liveness.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include "cpython/collector/heads.hpp"

namespace exuvia::cpython {
namespace {

constexpr Address kEndOfUserSpace = Address{1} << 47;

struct HeadAndCount {
  PyGC_Head head;
  Py_ssize_t references;
};

template <class T>
bool try_read(Address from, T& into) noexcept {
  iovec local{&into, sizeof(T)};
  iovec remote{reinterpret_cast<void*>(from), sizeof(T)};
  return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) ==
         static_cast<ssize_t>(sizeof(T));
}

bool is_plausible(Address object) noexcept {
  return object % 16 == 0 && object > 0x10000 && object < kEndOfUserSpace;
}

}  // namespace

bool is_live_container(Address object) noexcept {
  HeadAndCount self;
  PyGC_Head previous;
  PyGC_Head next;
  if (!is_plausible(object) || !try_read(object - kHeadBytes, self)) return false;
  if (self.head._gc_next == 0 || self.references <= 0) return false;
  const Address head = object - kHeadBytes;
  return try_read(self.head._gc_next, next) && (next._gc_prev & kPreviousMask) == head &&
         try_read(self.head._gc_prev & kPreviousMask, previous) && previous._gc_next == head;
}

}  // namespace exuvia::cpython
