#include "exuvia/platform/helper_thread.hpp"

#include <sched.h>
#include <signal.h>
#include <time.h>

#include <atomic>

#include "exuvia/platform/refusal.hpp"

namespace exuvia::platform {
namespace {

std::atomic<std::uint32_t> generation{0};

// Once registered it stays, also when the library that holds it is the last user: it is never
// unloaded.
void count_forks() noexcept {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  static_cast<void>(registered);
}

constexpr int kMostNaps = 5;

// A new thread may start where its creator runs, and the scheduler can take longer to part them
// than their work takes; but one that wakes is put on an idle CPU if there is one. To ask for a CPU
// outright is forbidden in some sandboxes.
void leave_cpu(int cpu) noexcept {
  constexpr timespec kNap{0, 10'000};
  for (int naps = 0; naps < kMostNaps && sched_getcpu() == cpu; ++naps) nanosleep(&kNap, nullptr);
}

}  // namespace

std::uint32_t fork_generation() noexcept {
  count_forks();
  return generation.load(std::memory_order_relaxed);
}

void* HelperThread::run(void* start) noexcept {
  const Start* self = static_cast<const Start*>(start);
  leave_cpu(self->creators_cpu);
  self->entry(self->argument);
  return nullptr;
}

bool HelperThread::try_start(Entry entry, void* argument) noexcept {
  if (is_refused()) return false;
  start_ = {entry, argument, sched_getcpu()};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  sigset_t all, before;
  sigfillset(&all);
  // The new thread inherits the mask of its creator.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread_, &attributes, run, &start_);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  return error == 0;
}

void HelperThread::join() noexcept { pthread_join(thread_, nullptr); }

}  // namespace exuvia::platform
