// Tells when CPython's collector is about to run code of the program's.
#pragma once

#include "cpython/collector/aside.hpp"

namespace exuvia::cpython {

// A tiny garbage object with a weak reference that has a callback. Put first in the list CPython is
// to collect, its callback is the first thing CPython runs that is not its own code: before every
// other callback and finalizer. The object then leaves the list, so it is neither counted nor seen.
class Sentinel {
 public:
  using Alarm = void (*)() noexcept;

  // One alarm a process; it is called once for each arm().
  static bool try_arm(Alarm alarm) noexcept;
  // Its header, to be linked into a list after try_arm.
  static PyGC_Head* head() noexcept;
  // Ends what try_arm began; harmless if that failed. The counts of allocations are as if there had
  // been no sentinel.
  static void disarm(GcState& gc) noexcept;
};

}  // namespace exuvia::cpython
