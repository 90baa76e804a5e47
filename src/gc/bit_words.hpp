// Words of bits.
#pragma once

#include <bit>
#include <cstdint>

namespace exuvia::gc {

using BitWord = std::uint64_t;
inline constexpr unsigned kBitsPerWord = 64;

// How many bits of `word` are set. Written out because std::popcount is a library call on the
// baseline x86-64.
constexpr unsigned popcount(BitWord word) noexcept {
#if defined(__POPCNT__) || !defined(__x86_64__)
  return static_cast<unsigned>(std::popcount(word));
#else
  word -= (word >> 1) & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + ((word >> 2) & 0x3333333333333333u);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
  return static_cast<unsigned>((word * 0x0101010101010101u) >> 56);
#endif
}

// Calls visit(index) for each set bit of `word`, lowest first.
template <class Visit>
constexpr void for_each_bit(BitWord word, Visit&& visit) {
  while (word != 0) {
    visit(static_cast<unsigned>(std::countr_zero(word)));
    word &= word - 1;
  }
}

}  // namespace exuvia::gc
