// How much unused memory a heap keeps before it gives some back by itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "exuvia/base/bytes.hpp"

namespace exuvia::heap {

// The allowance is an eighth of the memory in use, and never below kFloor. Memory that was given
// back and is wanted again within kCalmNs was given back in vain: the allowance doubles, so that a
// load that rises and falls pays for a few turns and then no more. It halves again with every
// kCalmNs without such a refill.
class Retention {
 public:
  static constexpr std::size_t kFloor = 16 * base::kMiB;
  static constexpr std::uint64_t kCalmNs = 1'000'000'000;
  static constexpr unsigned kMostDoublings = 12;

  // Bytes that may be kept unused while `in_use` bytes are used.
  std::size_t allowance(std::size_t in_use) const noexcept {
    return std::max(kFloor, in_use / 8) << doublings_;
  }

  // Called before giving back.
  void giving_back(std::uint64_t now_ns) noexcept {
    if (doublings_ != 0 && now_ns - last_change_ns_ >= kCalmNs) {
      --doublings_;
      last_change_ns_ = now_ns;
    }
    last_return_ns_ = now_ns;
  }

  // `bytes` that had been given back were touched again.
  void refilled(std::size_t bytes, std::uint64_t now_ns) noexcept {
    if (now_ns - last_return_ns_ >= kCalmNs) refilled_ = 0;
    refilled_ += bytes;
    if (refilled_ < kFloor / 4) return;
    refilled_ = 0;
    last_change_ns_ = now_ns;
    doublings_ = std::min(doublings_ + 1, kMostDoublings);
  }

 private:
  std::size_t refilled_ = 0;
  std::uint64_t last_return_ns_ = 0;
  std::uint64_t last_change_ns_ = 0;
  unsigned doublings_ = 0;
};

}  // namespace exuvia::heap
