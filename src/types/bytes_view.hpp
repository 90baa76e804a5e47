// The bytes of Bytes and ByteArray alike, and of what can be made into some.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exuvia/types/bytes.hpp"

namespace exuvia::types {

// More bytes than these are MemoryError at once.
inline constexpr std::size_t kMostBytes = std::size_t{1} << 32;

// The bytes of either type.
[[nodiscard]] inline std::optional<std::string_view> view_of(const Object& object) noexcept {
  if (const Bytes* const bytes = as<Bytes>(object)) return bytes->view();
  if (const ByteArray* const array = as<ByteArray>(object)) return array->view();
  return std::nullopt;
}

// Makes the array as long, of undefined bytes behind the old ones. False when memory is exhausted,
// which it never is for a smaller size.
bool try_resize(ByteArray& array, std::size_t size) noexcept;

// The number as a byte; ValueError if it is none, with the word for what it should be.
[[nodiscard]] Result<char> to_byte(const Value& number, const char* word = "byte");

// What the type called `name`, bytes or bytearray, makes of bytes or of an iterable of numbers.
[[nodiscard]] Result<std::string> gather_bytes(const Value& value, const char* name);

}  // namespace exuvia::types
