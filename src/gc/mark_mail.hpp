// The letters that one worker of a marking writes and reads.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "gc/mark_exchange.hpp"
#include "gc/work_stack.hpp"

namespace exuvia::gc {

// Messages to other workers, gathered in a letter to each until it is full. What a message says is
// the workers' affair.
class MarkMail {
 public:
  MarkMail(ChunkSource& chunks, MarkExchange& exchange) noexcept
      : chunks_(chunks), exchange_(exchange) {}

  // False when there is no memory for it.
  [[nodiscard, gnu::always_inline]] bool try_send(unsigned to, Address message) noexcept {
    Outgoing& outgoing = outgoing_[to];
    if (outgoing.letter == nullptr && !try_begin(outgoing)) [[unlikely]]
      return false;
    outgoing.letter->items[outgoing.count++] = message;
    if (outgoing.count == MarkExchange::Letter::kItems) [[unlikely]]
      post(to);
    return true;
  }

  // Posts what is in letters that are not full.
  void post_all(unsigned workers) noexcept {
    for (unsigned to = 0; to < workers; ++to) {
      if (outgoing_[to].letter != nullptr) post(to);
    }
  }

  // Calls read(message) for all that was posted to `box`.
  template <class Read>
  void read(unsigned box, Read&& read) noexcept {
    MarkExchange::Letter* letter = exchange_.take(box);
    while (letter != nullptr) {
      for (std::size_t i = 0; i < letter->count; ++i) read(letter->items[i]);
      chunks_.give_back(std::exchange(letter, letter->next));
    }
  }

 private:
  struct Outgoing {
    MarkExchange::Letter* letter = nullptr;
    std::size_t count = 0;
  };

  [[gnu::noinline]] bool try_begin(Outgoing& outgoing) noexcept {
    outgoing.letter = static_cast<MarkExchange::Letter*>(chunks_.try_take());
    return outgoing.letter != nullptr;
  }

  [[gnu::noinline]] void post(unsigned to) noexcept {
    Outgoing& outgoing = outgoing_[to];
    outgoing.letter->count = std::exchange(outgoing.count, 0);
    exchange_.post(to, std::exchange(outgoing.letter, nullptr));
  }

  ChunkSource& chunks_;
  MarkExchange& exchange_;
  std::array<Outgoing, MarkExchange::kMostWorkers> outgoing_;
};

}  // namespace exuvia::gc
