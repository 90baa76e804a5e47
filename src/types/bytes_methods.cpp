// Bytes in hexadecimal, and bytearrays that change as lists do.
#include <algorithm>
#include <string>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/bytes_view.hpp"

namespace exuvia::types {

namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Result<Value> not_a_bytes(const Value& value) {
  return Error{ErrorKind::kAttributeError,
               "'" + type_name(*value) + "' object has no attribute 'hex'"};
}

Error no_hex_digit(std::size_t position) {
  return value_error("non-hexadecimal number found in fromhex() arg at position " +
                     std::to_string(position));
}

// The bytes between blanks, two digits each.
Result<std::string> bytes_of_hex(std::string_view text) {
  const auto is_beyond_ascii = [](char c) { return (c & 0x80) != 0; };
  const auto beyond = std::find_if(text.begin(), text.end(), is_beyond_ascii);
  if (beyond != text.end()) return no_hex_digit(static_cast<std::size_t>(beyond - text.begin()));
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r')) {
      ++i;
      continue;
    }
    const int high = hex_digit(text[i]);
    if (high < 0) return no_hex_digit(i);
    const int low = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    if (low < 0) return no_hex_digit(i + 1);
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return bytes;
}

// Nothing if there is no separator.
Result<std::string> separator_of(const Value& separator) {
  if (!separator) return std::string();
  const Str* const text = as<Str>(separator);
  const auto bytes = view_of(*separator);
  if (text == nullptr && !bytes)
    return type_error("object of type '" + type_name(*separator) + "' has no len()");
  const std::string character = text != nullptr ? text->to_utf8() : std::string(*bytes);
  if ((text != nullptr ? text->length : character.size()) != 1)
    return value_error("sep must be length 1.");
  if ((character[0] & 0x80) != 0) return value_error("sep must be ASCII.");
  return character;
}

}  // namespace

Result<Value> hex(const Value& bytes, const Value& separator, std::int64_t bytes_per_separator) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto view = view_of(*bytes);
  if (!view) return not_a_bytes(bytes);
  const Result<std::string> between = separator_of(separator);
  if (!between) return between.failure();
  const bool is_from_right = bytes_per_separator > 0;
  const auto group = is_from_right ? static_cast<std::uint64_t>(bytes_per_separator)
                                   : 0 - static_cast<std::uint64_t>(bytes_per_separator);
  std::string text;
  for (std::size_t i = 0; i < view->size(); ++i) {
    const std::size_t before = is_from_right ? view->size() - i : i;
    if (i > 0 && group > 0 && before % group == 0) text += *between;
    const auto byte = static_cast<unsigned char>((*view)[i]);
    text.append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 0xF]);
  }
  const Result<Ref<Str>> made_text = make_str(text);
  if (!made_text) return made_text.failure();
  return Value(*made_text);
}

Result<Ref<Bytes>> bytes_from_hex(const Str& text) {
  const Result<std::string> bytes = bytes_of_hex(text.to_utf8());
  if (!bytes) return bytes.failure();
  Ref<Bytes> result = make_bytes(*bytes);
  if (!result) return out_of_memory();
  return result;
}

Result<void> insert(ByteArray& array, std::int64_t index, std::uint8_t byte) {
  const auto size = static_cast<std::int64_t>(array.size);
  const std::int64_t at = std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
  if (Result<void> done = append(array, byte); !done) return done;
  std::rotate(array.storage + at, array.storage + size, array.storage + size + 1);
  return {};
}

Result<Value> pop(ByteArray& array, std::int64_t index) {
  if (array.size == 0) return index_error("pop from empty bytearray");
  const auto size = static_cast<std::int64_t>(array.size);
  const std::int64_t at = index < 0 ? index + size : index;
  if (at < 0 || at >= size) return index_error("pop index out of range");
  const auto byte = static_cast<unsigned char>(array.storage[at]);
  std::copy(array.storage + at + 1, array.storage + size, array.storage + at);
  try_resize(array, array.size - 1);
  return made(make_int(byte));
}

Result<void> remove(ByteArray& array, std::uint8_t byte) {
  char* const end = array.storage + array.size;
  char* const at = std::find(array.storage, end, static_cast<char>(byte));
  if (at == end) return value_error("value not found in bytearray");
  std::copy(at + 1, end, at);
  try_resize(array, array.size - 1);
  return {};
}

void reverse(ByteArray& array) noexcept { std::reverse(array.storage, array.storage + array.size); }

Result<void> extend(ByteArray& array, const Value& iterable) {
  if (!view_of(*iterable) && type_of(iterable).does.iterate == nullptr)
    return type_error("can't extend bytearray with " + type_name(*iterable));
  // A str gives strs, which are no numbers.
  const Result<Value> numbers = is<Str>(iterable) ? iterate(iterable) : Result<Value>(iterable);
  if (!numbers) return numbers.failure();
  const Result<std::string> bytes = gather_bytes(*numbers, "bytearray");
  if (!bytes) return bytes.failure();
  return extend(array, std::string_view(*bytes));
}

}  // namespace exuvia::types
