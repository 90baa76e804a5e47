#include "gc/shared_work.hpp"

namespace exuvia::gc {

template <class ChunkType>
void SharedWork::push(ChunkType*& list, ChunkType* chunk) noexcept {
  {
    const std::lock_guard lock(mutex_);
    chunk->next = list;
    list = chunk;
    update_hungry();
  }
  changed_.notify_all();
}

template <class ChunkType>
ChunkType* SharedWork::pop(ChunkType*& list) noexcept {
  ChunkType* chunk = list;
  if (chunk != nullptr) list = chunk->next;
  return chunk;
}

void SharedWork::give(AddressChunk* chunk) noexcept { push(addresses_, chunk); }
void SharedWork::give(SliceChunk* chunk) noexcept { push(slices_, chunk); }
void SharedWork::give_to_first(AddressChunk* chunk) noexcept { push(inbox_, chunk); }

void SharedWork::update_hungry() noexcept {
  hungry_.store(waiting_ > 0 && addresses_ == nullptr && slices_ == nullptr,
                std::memory_order_relaxed);
}

bool SharedWork::try_take(unsigned worker, Gift& gift) noexcept {
  if (worker == 0 && (gift.inbox = pop(inbox_)) != nullptr) return true;
  if ((gift.addresses = pop(addresses_)) != nullptr) return true;
  return (gift.slices = pop(slices_)) != nullptr;
}

SharedWork::Gift SharedWork::wait_for_work(unsigned worker) noexcept {
  std::unique_lock lock(mutex_);
  Gift gift;
  ++waiting_;
  while (!done_ && !try_take(worker, gift)) {
    // The last to wait sees no work that it may take. Work for worker 0 may be left: that one is
    // waiting, and was woken when it came.
    if (waiting_ == workers_ && inbox_ == nullptr) {
      done_ = true;
      changed_.notify_all();
      break;
    }
    update_hungry();
    changed_.wait(lock);
  }
  --waiting_;
  update_hungry();
  return gift;
}

}  // namespace exuvia::gc
