#include "interrupt.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>

namespace exuvia::cli {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM};

// Lock-free, since a signal handler uses them. Relaxed: only the handler and the thread it
// interrupts do.
std::atomic<int> received_signal = 0;
std::atomic<pid_t> receiver = 0;
struct sigaction previous[2];

void remember(int signal, siginfo_t* info, void*) {
  const int saved_errno = errno;
  const bool is_second = received_signal.exchange(signal, std::memory_order_relaxed) != 0;
  const pid_t program = receiver.load(std::memory_order_relaxed);
  const bool is_from_terminal = info->si_code == SI_KERNEL;  // which reaches the program as well
  if (program > 0 && is_second) {
    kill(program, SIGKILL);
  } else if (program > 0 && !is_from_terminal) {
    kill(program, signal);
  }
  errno = saved_errno;
}

}  // namespace

InterruptGuard::InterruptGuard() {
  received_signal = 0;
  struct sigaction action = {};
  action.sa_sigaction = remember;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < 2; ++i) sigaction(kSignals[i], &action, &previous[i]);
}

InterruptGuard::~InterruptGuard() {
  for (int i = 0; i < 2; ++i) sigaction(kSignals[i], &previous[i], nullptr);
}

void pass_signals_to(pid_t program) { receiver.store(program, std::memory_order_relaxed); }

bool was_interrupted() { return received_signal.load(std::memory_order_relaxed) != 0; }

int interrupted_status() { return 128 + received_signal.load(std::memory_order_relaxed); }

}  // namespace exuvia::cli
