#include "gc/mark_exchange.hpp"

namespace exuvia::gc {

void MarkExchange::post(unsigned to, Letter* letter) noexcept {
  {
    const std::lock_guard lock(mutex_);
    std::atomic<Letter*>& first = boxes_[to].first;
    letter->next = first.load(std::memory_order_relaxed);
    first.store(letter, std::memory_order_relaxed);
    ++unread_;
  }
  changed_.notify_all();
}

MarkExchange::Letter* MarkExchange::take(unsigned worker) noexcept {
  std::atomic<Letter*>& first = boxes_[worker].first;
  // A look without the lock; what is taken was written before the lock was let go.
  if (first.load(std::memory_order_relaxed) == nullptr) return nullptr;
  const std::lock_guard lock(mutex_);
  Letter* letters = first.exchange(nullptr, std::memory_order_relaxed);
  for (const Letter* letter = letters; letter != nullptr; letter = letter->next) --unread_;
  return letters;
}

bool MarkExchange::wait(unsigned worker) noexcept {
  std::unique_lock lock(mutex_);
  ++waiting_;
  if (++waits_ > kMostWaits) stopping_.store(true, std::memory_order_relaxed);
  if (is_over()) changed_.notify_all();
  changed_.wait(lock, [&] {
    return boxes_[worker].first.load(std::memory_order_relaxed) != nullptr || is_over();
  });
  --waiting_;
  return !done_ && !is_stopping();
}

// Once all wait and nothing is unread, it stays so: who wakes finds it done.
bool MarkExchange::is_over() noexcept {
  if (waiting_ == workers_ && unread_ == 0) done_ = true;
  return done_ || is_stopping();
}

}  // namespace exuvia::gc
