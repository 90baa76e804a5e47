#include "exuvia/platform/fork_safe_lock.hpp"

#include <mutex>

#include <pthread.h>

namespace exuvia::platform {

// All locks of the process, and what happens to them around a fork. Never destroyed: a lock with
// static storage may outlive any other static object.
struct ForkHooks {
  static std::mutex& registry_mutex() {
    static auto& mutex = *new std::mutex;
    return mutex;
  }

  static ForkSafeLock*& first() {
    static ForkSafeLock* lock = nullptr;
    return lock;
  }

  static void before_fork() {
    registry_mutex().lock();
    for (ForkSafeLock* each = first(); each != nullptr; each = each->next_) each->lock();
  }

  static void after_fork() {
    for (ForkSafeLock* each = first(); each != nullptr; each = each->next_) each->unlock();
    registry_mutex().unlock();
  }

  static void install_once() {
    static const int installed = ::pthread_atfork(before_fork, after_fork, after_fork);
    (void)installed;
  }
};

ForkSafeLock::ForkSafeLock() {
  ForkHooks::install_once();
  const std::lock_guard guard(ForkHooks::registry_mutex());
  next_ = ForkHooks::first();
  if (next_ != nullptr) next_->previous_ = this;
  ForkHooks::first() = this;
}

ForkSafeLock::~ForkSafeLock() {
  const std::lock_guard guard(ForkHooks::registry_mutex());
  (previous_ == nullptr ? ForkHooks::first() : previous_->next_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

// Drepper, "Futexes Are Tricky", the second mutex.
void ForkSafeLock::lock_contended() noexcept {
  // Acquire: pairs with the release in unlock().
  while (state_.exchange(kWaitedFor, std::memory_order_acquire) != kFree) {
    state_.wait(kWaitedFor, std::memory_order_relaxed);
  }
}

}  // namespace exuvia::platform
