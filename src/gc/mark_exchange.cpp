#include "gc/mark_exchange.hpp"

#include <utility>

namespace exuvia::gc {

void MarkExchange::post(unsigned to, Letter* letter) noexcept {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    Box& box = boxes_[to];
    letter->next = box.first.load(std::memory_order_relaxed);
    box.first.store(letter, std::memory_order_relaxed);
    ++box.count;
    ++unread_;
    ++posted_;
    wakes = waiting_ != 0 && is_worth_waking(to);
  }
  if (wakes) changed_.notify_all();
}

MarkExchange::Letter* MarkExchange::take(unsigned worker) noexcept {
  Box& box = boxes_[worker];
  // A look without the lock; what is taken was written before the lock was let go.
  if (box.first.load(std::memory_order_relaxed) == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  unread_ -= std::exchange(box.count, 0);
  box.is_due = false;
  return box.first.exchange(nullptr, std::memory_order_relaxed);
}

bool MarkExchange::wait(unsigned worker) noexcept {
  std::unique_lock lock(mutex_);
  ++waiting_;
  if (std::exchange(posted_, 0) < kHandful && ++waits_ > kMostWaits)
    stopping_.store(true, std::memory_order_relaxed);
  if (waiting_ == workers_) call_readers();
  if (waiting_ == workers_ || is_stopping()) changed_.notify_all();
  changed_.wait(lock, [&] { return is_worth_waking(worker) || is_over(); });
  --waiting_;
  return !done_ && !is_stopping();
}

// All of them, as the first who wakes may have work for long.
void MarkExchange::call_readers() noexcept {
  for (unsigned i = 0; i < workers_; ++i) boxes_[i].is_due = boxes_[i].count != 0;
}

bool MarkExchange::is_worth_waking(unsigned worker) const noexcept {
  return boxes_[worker].is_due || boxes_[worker].count >= kHandful;
}

// Once all wait and nothing is unread, it stays so: who wakes finds it done.
bool MarkExchange::is_over() noexcept {
  if (waiting_ == workers_ && unread_ == 0) done_ = true;
  return done_ || is_stopping();
}

}  // namespace exuvia::gc
