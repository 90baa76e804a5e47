// Int: whole numbers of any size; Bool: two of them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

struct Bytes;

// Immutable. One 32-bit digit is part of the object, the others follow it:
//
//   | header 16 | size 4 | digit 4 | more digits, 4 each, least significant first …
//
// `size` counts digits and is negative for negative numbers; the most significant digit is not
// zero; zero has size 0. -5 to 256 are one immortal object each.
struct Int : Object {
  static const Type type;

  std::int32_t size;
  std::uint32_t digit;

  [[nodiscard]] std::span<const std::uint32_t> digits() const noexcept {
    return {&digit, static_cast<std::size_t>(std::abs(static_cast<std::int64_t>(size)))};
  }
  [[nodiscard]] std::optional<std::int64_t> to_int64() const noexcept;
  // The nearest double, ties to even; an infinity where it is out of range.
  [[nodiscard]] double to_double() const;
  // In any base from 2 to 36, lower case, without a prefix.
  [[nodiscard]] std::string to_string(int base = 10) const;
};

// True and False are numbers, equal to 1 and 0, and immortal.
struct Bool : Int {
  static const Type type;
};

inline constexpr std::int64_t kSmallestCachedInt = -5;
inline constexpr std::int64_t kLargestCachedInt = 256;

// The Int; empty when memory is exhausted.
[[nodiscard]] Ref<Int> make_int(std::int64_t value) noexcept;
// int(text, base): blanks around, a sign, a prefix 0x 0o 0b where the base is 0 or fits it,
// underscores between digits, which may be of any script. ValueError otherwise.
[[nodiscard]] Result<Value> parse_int(std::string_view text, int base = 10);
// int(value) of a double, cut towards zero. ValueError and OverflowError for nan and infinities.
[[nodiscard]] Result<Value> int_of_double(double value);
[[nodiscard]] Ref<Bool> make_bool(bool value) noexcept;

// The value as a whole number, if it is an Int or a Bool; else null.
[[nodiscard]] const Int* as_integer(const Object& value) noexcept;
[[nodiscard]] inline const Int* as_integer(const Value& value) noexcept {
  return as_integer(*value);
}

enum class ByteOrder { kBig, kLittle };
enum class Sign { kUnsigned, kSigned };

// Of the magnitude: the bits it needs, and those that are set.
[[nodiscard]] std::size_t bit_length(const Int& number) noexcept;
[[nodiscard]] std::size_t bit_count(const Int& number) noexcept;
// The number in `length` bytes, a negative one as its two's complement. OverflowError if it does
// not fit.
[[nodiscard]] Result<Ref<Bytes>> to_bytes(const Int& number, std::int64_t length = 1,
                                          ByteOrder order = ByteOrder::kBig,
                                          Sign sign = Sign::kUnsigned);
// int.from_bytes(): of bytes, or an iterable of numbers from 0 to 255.
[[nodiscard]] Result<Value> int_from_bytes(const Value& value, ByteOrder order = ByteOrder::kBig,
                                           Sign sign = Sign::kUnsigned);

// A Tuple of left // right and left % right, of numbers.
[[nodiscard]] Result<Value> divmod(const Value& left, const Value& right);
// pow(base, exponent, modulus), of integers. ValueError for a negative exponent where the base has
// no inverse.
[[nodiscard]] Result<Value> power(const Value& base, const Value& exponent, const Value& modulus);

}  // namespace exuvia::types
