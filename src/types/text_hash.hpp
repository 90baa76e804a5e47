// The hash of a run of bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) noexcept {
  const auto product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Multiplies eight bytes at a time and folds the product. Never 0, which stands for "not known".
template <class Byte>
constexpr Hash hash_bytes(const Byte* bytes, std::size_t count) noexcept {
  static_assert(sizeof(Byte) == 1);
  std::uint64_t hash = 0x9E37'79B9'7F4A'7C15ULL ^ count;
  while (count > 0) {
    const std::size_t taken = count < 8 ? count : 8;
    std::uint64_t word = 0;
    if (taken == 8 && !__builtin_is_constant_evaluated()) {
      __builtin_memcpy(&word, bytes, 8);
    } else {
      for (std::size_t i = 0; i < taken; ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    hash = fold_product(hash ^ word, 0xD6E8'FEB8'6659'FD93ULL);
    bytes += taken;
    count -= taken;
  }
  hash = fold_product(hash, 0xA076'1D64'78BD'642FULL);
  return hash == 0 ? 1 : static_cast<Hash>(hash);
}

}  // namespace exuvia::types
