#include "exuvia/base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

namespace exuvia {
namespace {

PauseHistogram empty_histogram() {
  PauseHistogram histogram;
  std::memset(&histogram, 0, sizeof histogram);
  return histogram;
}

TEST(PauseHistogram, IsEmptyWhenItsMemoryIsZero) {
  const PauseHistogram histogram = empty_histogram();
  EXPECT_EQ(histogram.count, 0u);
  EXPECT_EQ(histogram.quantile(0.5), 0u);
}

TEST(PauseHistogram, PutsEachValueIntoTheBucketWhoseBoundsHoldIt) {
  for (unsigned bit = 0; bit <= PauseHistogram::kLargestBit; ++bit) {
    for (const std::uint64_t value :
         {(1ull << bit) - 1, 1ull << bit, (1ull << bit) + (1ull << bit) / 3}) {
      const std::size_t bucket = PauseHistogram::bucket_of(value);
      ASSERT_LT(bucket, PauseHistogram::kBuckets);
      EXPECT_LE(value, PauseHistogram::upper_bound_of(bucket));
      if (bucket > 0) {
        EXPECT_GT(value, PauseHistogram::upper_bound_of(bucket - 1));
      }
    }
  }
}

TEST(PauseHistogram, CountsPausesBeyondItsRangeInTheLastBucket) {
  PauseHistogram histogram = empty_histogram();
  histogram.record(~0ull >> 1);
  EXPECT_EQ(histogram.buckets[PauseHistogram::kBuckets - 1], 1u);
  EXPECT_EQ(histogram.max_ns, ~0ull >> 1);
}

TEST(PauseHistogram, GivesTheExactMaximumAsTheHighestQuantile) {
  PauseHistogram histogram = empty_histogram();
  histogram.record(1000);
  histogram.record(1'000'003);
  EXPECT_EQ(histogram.quantile(1.0), 1'000'003u);
  EXPECT_EQ(histogram.count, 2u);
  EXPECT_EQ(histogram.total_ns, 1'001'003u);
}

TEST(PauseHistogram, GivesTheSmallestPauseAsTheLowestQuantile) {
  PauseHistogram histogram = empty_histogram();
  histogram.record(7);
  histogram.record(900);
  EXPECT_EQ(histogram.quantile(0.0), 7u);
}

TEST(PauseHistogram, QuantilesAreOffByAtMostOnePartInSixteen) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> pauses(14, 2);
  PauseHistogram histogram = empty_histogram();
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 10'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(pauses(random)));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double p : {0.1, 0.5, 0.9, 0.99, 0.999}) {
    const std::uint64_t exact = values[static_cast<std::size_t>(p * 10'000) - 1];
    EXPECT_GE(histogram.quantile(p), exact);
    EXPECT_LE(histogram.quantile(p), exact + exact / 16 + 1);
  }
}

TEST(PauseHistogram, AddingEqualsRecordingInOne) {
  PauseHistogram left = empty_histogram(), right = empty_histogram(), both = empty_histogram();
  for (std::uint64_t i = 1; i < 100; ++i) {
    (i % 3 == 0 ? left : right).record(i * i * 1000);
    both.record(i * i * 1000);
  }
  left.add(right);
  EXPECT_EQ(std::memcmp(&left, &both, sizeof both), 0);
}

}  // namespace
}  // namespace exuvia
