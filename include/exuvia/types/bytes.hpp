// Bytes and ByteArray: sequences of numbers from 0 to 255.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"

namespace exuvia::types {

// Immutable.   | header 16 | hash 8 | size 8 | bytes … | 0 |
struct Bytes : Object {
  static const Type type;

  mutable Hash hash;  // 0 until someone asks
  std::size_t size;

  [[nodiscard]] std::string_view view() const noexcept {
    return {reinterpret_cast<const char*>(this + 1), size};
  }
};

// Changes.   | header 16 | storage 8 | size 8 | capacity 8 |
struct ByteArray : Object {
  static const Type type;

  char* storage;
  std::size_t size;
  std::size_t capacity;

  // Valid until it changes.
  [[nodiscard]] std::string_view view() const noexcept { return {storage, size}; }
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Bytes> make_bytes(std::string_view bytes) noexcept;
[[nodiscard]] Ref<ByteArray> make_bytearray(std::string_view bytes = {}) noexcept;
// bytes(value), bytearray(value): as many zeros as a number says, or of bytes, or an iterable of
// numbers from 0 to 255.
[[nodiscard]] Result<Ref<Bytes>> bytes_of(const Value& value);
[[nodiscard]] Result<Ref<ByteArray>> bytearray_of(const Value& value);

// A failure leaves the array as it was.
[[nodiscard]] Result<void> append(ByteArray& array, std::uint8_t byte);
[[nodiscard]] Result<void> extend(ByteArray& array, std::string_view bytes);
// Bytes, or what an iterable of numbers gives.
[[nodiscard]] Result<void> extend(ByteArray& array, const Value& iterable);
// Before `index`; negative ones count from the end, those outside are moved to the nearer end.
[[nodiscard]] Result<void> insert(ByteArray& array, std::int64_t index, std::uint8_t byte);
// An Int; IndexError for an empty array or a wrong index.
[[nodiscard]] Result<Value> pop(ByteArray& array, std::int64_t index = -1);
// The first such byte; ValueError if there is none.
[[nodiscard]] Result<void> remove(ByteArray& array, std::uint8_t byte);
void reverse(ByteArray& array) noexcept;
void clear(ByteArray& array) noexcept;

// bytes.hex(), a Str of two digits a byte. With a separator, an ASCII character in a Str or Bytes,
// between groups of so many bytes, counted from the right, or from the left if the number is
// negative. And back, blanks between bytes left aside: ValueError.
[[nodiscard]] Result<Value> hex(const Value& bytes, const Value& separator = nullptr,
                                std::int64_t bytes_per_separator = 1);
[[nodiscard]] Result<Ref<Bytes>> bytes_from_hex(const Str& text);

// The text in UTF-8, and back: UnicodeError if the bytes are none.
[[nodiscard]] Ref<Bytes> encode(const Str& text);
[[nodiscard]] Result<Ref<Str>> decode(const Value& bytes);

}  // namespace exuvia::types
