#include "gc/workers.hpp"

#include <algorithm>

namespace exuvia::gc {

Workers::Workers(unsigned wanted) noexcept
    : wanted_(std::clamp(wanted, 1u, kMost)), fork_generation_(platform::fork_generation()) {}

void Workers::set_wanted(unsigned wanted) noexcept {
  wanted_ = std::clamp(wanted, 1u, kMost);
  if (helpers_ >= wanted_) shut_down();
}

unsigned Workers::prepare() noexcept {
  forget_after_fork();
  while (helpers_ + 1 < wanted_) {
    Helper& helper = helper_[helpers_];
    helper.workers = this;
    helper.number = helpers_ + 1;
    first_job_[helpers_] = job_.load(std::memory_order_relaxed);
    if (!helper.thread.try_start(serve, &helper)) break;
    ++helpers_;
  }
  return helpers_ + 1;
}

void Workers::serve(void* helper) noexcept {
  const Helper& self = *static_cast<Helper*>(helper);
  Workers& workers = *self.workers;
  for (std::uint32_t seen = workers.first_job_[self.number - 1];; ++seen) {
    workers.job_.wait(seen, std::memory_order_acquire);
    if (workers.call_ == nullptr) return;
    workers.call_(workers.context_, self.number);
    if (workers.running_.fetch_sub(1, std::memory_order_release) == 1) {
      workers.running_.notify_one();
    }
  }
}

void Workers::run(void* context, Call call) noexcept {
  context_ = context;
  call_ = call;
  running_.store(helpers_, std::memory_order_relaxed);
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  call(context, 0);
  while (const std::uint32_t left = running_.load(std::memory_order_acquire)) {
    running_.wait(left, std::memory_order_acquire);
  }
}

void Workers::shut_down() noexcept {
  forget_after_fork();
  call_ = nullptr;
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  for (unsigned i = 0; i < helpers_; ++i) helper_[i].thread.join();
  helpers_ = 0;
}

// In a fork's child the helpers do not exist; there is nothing to join.
void Workers::forget_after_fork() noexcept {
  const std::uint32_t now = platform::fork_generation();
  if (now == fork_generation_) return;
  fork_generation_ = now;
  helpers_ = 0;
}

}  // namespace exuvia::gc
