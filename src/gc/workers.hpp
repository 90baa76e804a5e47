// The collector's helper threads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "exuvia/platform/helper_thread.hpp"

namespace exuvia::gc {

// The calling thread, as worker 0, and up to 63 helpers, which start when first needed and sleep
// between jobs. One thread at a time may call. Helpers block all signals. In the child of a fork
// they are gone, and start anew when next needed. Where the system refuses a thread, there are just
// fewer workers.
class Workers {
 public:
  static constexpr unsigned kMost = 64;

  // `wanted`: with the caller, 1..kMost; more or less is taken for the nearest.
  explicit Workers(unsigned wanted = 1) noexcept;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() { shut_down(); }

  void set_wanted(unsigned wanted) noexcept;
  unsigned wanted() const noexcept { return wanted_; }

  // Starts the helpers that are missing; returns how many workers the next run() will have, the
  // caller included.
  unsigned prepare() noexcept;

  // Calls job(number) on each prepared worker, number 0 here, and returns when all calls have.
  template <class Job>
  void run(Job&& job) noexcept {
    run(&job, [](void* context, unsigned number) noexcept {
      (*static_cast<std::remove_reference_t<Job>*>(context))(number);
    });
  }

  // Ends and joins the helpers. prepare() starts new ones.
  void shut_down() noexcept;

 private:
  using Call = void (*)(void* context, unsigned number) noexcept;

  // What a helper needs to know of itself.
  struct Helper {
    Workers* workers = nullptr;
    unsigned number = 0;
    platform::HelperThread thread;
  };

  static void serve(void* helper) noexcept;
  void run(void* context, Call call) noexcept;
  void forget_after_fork() noexcept;

  unsigned wanted_;
  unsigned helpers_ = 0;
  std::uint32_t fork_generation_;
  Call call_ = nullptr;
  void* context_ = nullptr;
  // Raised for each job; release here pairs with the helpers' acquire, which then see the job.
  std::atomic<std::uint32_t> job_{0};
  // Helpers that have not finished the job; their release pairs with the caller's acquire.
  std::atomic<std::uint32_t> running_{0};
  std::array<Helper, kMost> helper_;
  std::array<std::uint32_t, kMost> first_job_{};
};

}  // namespace exuvia::gc
