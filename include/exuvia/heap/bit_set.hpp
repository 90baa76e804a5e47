// A fixed set of small numbers, one bit each.
#pragma once

#include <bit>
#include <cstdint>

namespace exuvia::heap {

template <unsigned N>
class BitSet {
 public:
  static constexpr unsigned kNone = N;

  bool has(unsigned i) const noexcept { return (words_[i / 64] >> (i % 64)) & 1; }
  void insert(unsigned i) noexcept { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
  void erase(unsigned i) noexcept { words_[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
  void clear() noexcept {
    for (auto& word : words_) word = 0;
  }

  // Smallest member that is not below `from`, or kNone.
  unsigned next(unsigned from = 0) const noexcept {
    if (from >= N) return kNone;
    unsigned w = from / 64;
    std::uint64_t word = words_[w] & (~std::uint64_t{0} << (from % 64));
    while (word == 0) {
      if (++w == kWords) return kNone;
      word = words_[w];
    }
    return w * 64 + static_cast<unsigned>(std::countr_zero(word));
  }

  bool is_empty() const noexcept { return next() == kNone; }

  unsigned size() const noexcept {
    unsigned total = 0;
    for (const auto word : words_) total += static_cast<unsigned>(std::popcount(word));
    return total;
  }

 private:
  static constexpr unsigned kWords = (N + 63) / 64;
  std::uint64_t words_[kWords] = {};
};

}  // namespace exuvia::heap
