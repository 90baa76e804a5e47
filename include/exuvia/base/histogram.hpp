// A histogram of pauses that fits in shared memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace exuvia {

// Durations in nanoseconds, counted in log-linear buckets: 16 to each power of two, so a quantile
// is off by at most one part in 16 (the layout of HdrHistogram with four significant bits).
//
//   value    0..15      16..31       32..63        64..127      ...  2^41..2^42-1
//   buckets  0..15      16..31       32..47        48..63            592..607
//   width    1          1            2             4                 2^37
//
// Plain data of fixed size: zeroed memory is an empty histogram, and it may be copied, mapped and
// shared between processes. One writer; a reader in another process may see a pause counted in one
// field and not yet in the next.
struct PauseHistogram {
  static constexpr unsigned kSubBits = 4;
  static constexpr unsigned kLargestBit = 41;
  static constexpr std::size_t kBuckets = (kLargestBit - kSubBits + 2) << kSubBits;

  std::uint64_t count;
  std::uint64_t total_ns;
  std::uint64_t max_ns;
  std::uint32_t buckets[kBuckets];

  // The bucket that counts a pause of `ns`; pauses over 73 minutes share the last one.
  static constexpr std::size_t bucket_of(std::uint64_t ns) noexcept {
    if (ns < (1u << kSubBits)) return static_cast<std::size_t>(ns);
    const unsigned top = static_cast<unsigned>(std::bit_width(ns)) - 1;
    if (top > kLargestBit) return kBuckets - 1;
    const unsigned shift = top - kSubBits;
    return (std::size_t{shift} << kSubBits) + static_cast<std::size_t>(ns >> shift);
  }

  // The longest pause that `bucket` counts.
  static constexpr std::uint64_t upper_bound_of(std::size_t bucket) noexcept {
    const std::size_t sub_buckets = std::size_t{1} << kSubBits;
    if (bucket < 2 * sub_buckets) return bucket;
    const unsigned shift = static_cast<unsigned>(bucket >> kSubBits) - 1;
    const std::uint64_t first = bucket - (std::size_t{shift} << kSubBits);
    return ((first + 1) << shift) - 1;
  }

  constexpr void record(std::uint64_t ns) noexcept {
    ++count;
    total_ns += ns;
    if (ns > max_ns) max_ns = ns;
    std::uint32_t& bucket = buckets[bucket_of(ns)];
    if (bucket != std::numeric_limits<std::uint32_t>::max()) ++bucket;
  }

  // The pause that a fraction `p` (0..1) of all pauses does not exceed, rounded up to its bucket's
  // end but never above the longest one; 0 when empty.
  constexpr std::uint64_t quantile(double p) const noexcept {
    if (count == 0) return 0;
    const double wanted = p * static_cast<double>(count);
    double seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += buckets[i];
      if (seen > 0 && seen >= wanted)
        return upper_bound_of(i) < max_ns ? upper_bound_of(i) : max_ns;
    }
    return max_ns;
  }

  // Adds the pauses of `other`, for instance those of another process of the run.
  constexpr void add(const PauseHistogram& other) noexcept {
    count += other.count;
    total_ns += other.total_ns;
    if (other.max_ns > max_ns) max_ns = other.max_ns;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      const std::uint64_t sum = std::uint64_t{buckets[i]} + other.buckets[i];
      buckets[i] = sum > std::numeric_limits<std::uint32_t>::max()
                       ? std::numeric_limits<std::uint32_t>::max()
                       : static_cast<std::uint32_t>(sum);
    }
  }
};

static_assert(std::is_trivial_v<PauseHistogram> && std::is_standard_layout_v<PauseHistogram>);

}  // namespace exuvia
