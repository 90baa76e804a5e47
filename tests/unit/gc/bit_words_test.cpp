#include "gc/bit_words.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace exuvia::gc {
namespace {

TEST(BitWords, CountsSetBitsLikeTheStandardLibrary) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1000; ++i) {
    const BitWord word = random() & (i % 2 == 0 ? random() : ~BitWord{0});
    EXPECT_EQ(popcount(word), static_cast<unsigned>(std::popcount(word)));
  }
  EXPECT_EQ(popcount(0), 0u);
  EXPECT_EQ(popcount(~BitWord{0}), 64u);
}

TEST(BitWords, VisitsSetBitsLowestFirst) {
  std::vector<unsigned> bits;
  for_each_bit(0x8000'0000'0000'0009u, [&](unsigned bit) { bits.push_back(bit); });
  EXPECT_EQ(bits, (std::vector<unsigned>{0, 3, 63}));
}

}  // namespace
}  // namespace exuvia::gc
