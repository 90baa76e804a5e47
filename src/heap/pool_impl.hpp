// Definitions of Pool's members that are not on the fast path.
#pragma once

#include "exuvia/heap/pool.hpp"

namespace exuvia::heap {

template <class G>
void Pool<G>::open(Arena<G>& in, std::byte* at, unsigned for_bin) noexcept {
  links = {};
  arena = &in;
  base = at;
  bin = static_cast<std::uint8_t>(for_bin);
  block_size = static_cast<std::uint32_t>(for_bin) << G::kGrainShift;
  // Exact for every offset below 2^16: the error, block_size / 2^32 an offset, never reaches 1 /
  // block_size.
  reciprocal = static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + block_size - 1) / block_size);
  capacity = static_cast<std::uint16_t>(capacity_of(block_size));
  first_offset = static_cast<std::uint16_t>(first_offset_of(block_size));
  alert = 0;
  give_all();
}

template <class G>
void Pool<G>::give_all() noexcept {
  used = 0;
  unsigned left = capacity;
  for (auto& word : free_bits) {
    word = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    left -= std::min(left, 64u);
  }
}

// Moves blocks of one word of the bit map to where `out` descends from, down to `last`.
template <class G>
void** Pool<G>::take_word(std::uint64_t& word, std::byte* start, std::size_t size, void** out,
                          void** last) noexcept {
  std::uint64_t bits = word;
  const auto first = static_cast<unsigned>(std::countr_zero(bits));
  const std::uint64_t from_first = bits >> first;
  if ((from_first & (from_first + 1)) == 0) {  // neighbours, as where a structure has lain
    const auto count = std::min(static_cast<unsigned>(std::countr_one(from_first)),
                                static_cast<unsigned>(out - last));
    start += first * size;
    for (unsigned i = 0; i < count; ++i) *--out = start + i * size;
    word = bits & ~((~std::uint64_t{0} >> (64 - count)) << first);
    return out;
  }
  while (bits != 0 && out != last) {
    *--out = start + static_cast<std::size_t>(std::countr_zero(bits)) * size;
    bits &= bits - 1;
  }
  word = bits;
  return out;
}

template <class G>
unsigned Pool<G>::take(void** out, unsigned wanted) noexcept {
  wanted = std::min<unsigned>(wanted, capacity - used);
  void** end = out + wanted;
  for (std::size_t w = 0; end != out; ++w) {
    if (free_bits[w] == 0) continue;
    std::byte* start = first_block() + w * 64 * block_size;
    end = take_word(free_bits[w], start, block_size, end, out);
  }
  used = static_cast<std::uint16_t>(used + wanted);
  return wanted;
}

template <class G>
std::size_t Pool<G>::give_leading(void* const* blocks, std::size_t count) noexcept {
  // Copies, as no write to the bit map changes them.
  const std::byte* const first = first_block();
  const std::size_t bytes = G::kPoolSize - first_offset;
  const std::uint64_t multiplier = reciprocal;
  constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t given = 0;
  const auto next_index = [=, &given]() -> std::size_t {
    if (given == count) return kNone;
    const auto offset = static_cast<std::size_t>(static_cast<std::byte*>(blocks[given]) - first);
    return offset < bytes ? (offset * multiplier) >> 32 : kNone;
  };
  // Neighbours mostly share a word, which is written once for all: no bit waits for the write of
  // another.
  bool is_there = false;
  for (std::size_t index = next_index(); index != kNone && !is_there;) {
    const std::size_t w = index / 64;
    std::uint64_t bits = free_bits[w];
    do {
      const std::uint64_t bit = std::uint64_t{1} << (index % 64);
      is_there = (bits & bit) != 0;
      if (is_there) break;
      bits |= bit;
      ++given;
      index = next_index();
    } while (index / 64 == w);
    free_bits[w] = bits;
  }
  used = static_cast<std::uint16_t>(used - given);
  return given;
}

template <class G>
SliceMask Pool<G>::touch(const void* first, const void* last) noexcept {
  const auto low = static_cast<std::size_t>(static_cast<const std::byte*>(first) - base);
  const auto high =
      static_cast<std::size_t>(static_cast<const std::byte*>(last) - base) + block_size - 1;
  const SliceMask upto = (SliceMask{2} << (high >> G::kSliceShift)) - 1;
  const SliceMask below = (SliceMask{1} << (low >> G::kSliceShift)) - 1;
  const SliceMask mask = upto & ~below;
  const SliceMask again = mask & returned;
  touched = static_cast<std::uint16_t>(touched | mask);
  returned = static_cast<std::uint16_t>(returned & ~mask);
  return again;
}

template <class G>
bool Pool<G>::all_free(unsigned first, unsigned last) const noexcept {
  for (unsigned i = first; i <= last;) {
    const unsigned shift = i % 64;
    const unsigned count = std::min(last - i + 1, 64 - shift);
    const std::uint64_t mask = (count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1)
                               << shift;
    if ((free_bits[i / 64] & mask) != mask) return false;
    i += count;
  }
  return true;
}

template <class G>
SliceMask Pool<G>::idle_slices() const noexcept {
  SliceMask idle = 0;
  for (SliceMask rest = touched; rest != 0; rest &= rest - 1) {
    const auto slice = static_cast<unsigned>(std::countr_zero(rest));
    const std::byte* start = base + (std::size_t{slice} << G::kSliceShift);
    const unsigned first = slice == 0 ? 0 : index_of(start);
    const unsigned last = std::min<unsigned>(index_of(start + G::kSlice - 1), capacity - 1u);
    if (first >= capacity || all_free(first, last)) idle |= SliceMask{1} << slice;
  }
  return idle;
}

template <class G>
unsigned Pool<G>::free_count() const noexcept {
  unsigned count = 0;
  for (const auto word : free_bits) count += static_cast<unsigned>(std::popcount(word));
  return count;
}

template <class G>
bool Pool<G>::is_consistent() const noexcept {
  if (used > capacity || used + free_count() != capacity) return false;
  for (unsigned i = capacity; i < G::kMaxBlocks; ++i) {
    if (is_free(i)) return false;
  }
  return block_size == std::size_t{bin} << G::kGrainShift && (touched & returned) == 0;
}

}  // namespace exuvia::heap
