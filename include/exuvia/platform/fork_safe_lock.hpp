// A mutual exclusion lock that a forked child can go on using.
#pragma once

#include <atomic>

namespace exuvia::platform {

// Any thread may take it; not recursive. All locks of this kind are taken just before a fork and
// let go in parent and child just after it, so that the child never inherits one that a vanished
// thread held. Satisfies BasicLockable: use it with std::lock_guard. Uncontended it costs two
// atomic exchanges.
//
// Two of them are never held at once by code of ours, so the order in which a fork takes them is
// free.
class ForkSafeLock {
 public:
  ForkSafeLock();
  ~ForkSafeLock();
  ForkSafeLock(const ForkSafeLock&) = delete;
  ForkSafeLock& operator=(const ForkSafeLock&) = delete;

  void lock() noexcept {
    int expected = kFree;
    // Acquire: pairs with the release in unlock().
    if (state_.compare_exchange_strong(expected, kTaken, std::memory_order_acquire)) return;
    lock_contended();
  }

  void unlock() noexcept {
    // Release: pairs with the acquire in lock() and lock_contended().
    if (state_.exchange(kFree, std::memory_order_release) == kWaitedFor) state_.notify_one();
  }

 private:
  friend struct ForkHooks;

  static constexpr int kFree = 0;
  static constexpr int kTaken = 1;
  static constexpr int kWaitedFor = 2;  // taken, and some thread may be asleep

  void lock_contended() noexcept;

  std::atomic<int> state_{kFree};
  ForkSafeLock* next_ = nullptr;  // all locks of the process
  ForkSafeLock* previous_ = nullptr;
};

}  // namespace exuvia::platform
