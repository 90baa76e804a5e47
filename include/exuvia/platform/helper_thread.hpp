// A thread of our own inside someone else's process.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>

namespace exuvia::platform {

// A thread that blocks every signal, so that handlers run on the program's own threads only. It
// starts on another CPU than its creator's, if there is one.
class HelperThread {
 public:
  using Entry = void (*)(void*) noexcept;

  // Starts entry(argument) on a new thread; false when the system refuses.
  bool try_start(Entry entry, void* argument) noexcept;
  // Waits for its end. Only in the process that started it, and once.
  void join() noexcept;

 private:
  static constexpr std::size_t kStackBytes = std::size_t{256} << 10;
  struct Start {
    Entry entry;
    void* argument;
    int creators_cpu;
  };
  static void* run(void* start) noexcept;

  pthread_t thread_{};
  Start start_{};
};

// How often this process is a fork's child: it changes in a child, where no helper thread exists
// any more.
std::uint32_t fork_generation() noexcept;

}  // namespace exuvia::platform
