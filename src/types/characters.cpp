#include "types/characters.hpp"

#include <algorithm>
#include <cstring>

#include "exuvia/types/bytes.hpp"
#include "types/bytes_view.hpp"
#include "types/text.hpp"

namespace exuvia::types {

bool Characters::is_blank(std::size_t index) const noexcept {
  const char32_t c = (*this)[index];
  return is_bytes ? c == ' ' || (c >= '\t' && c <= '\r') : unicode::is(c, unicode::kSpace);
}

bool Characters::is_line_break(std::size_t index) const noexcept {
  const char32_t c = (*this)[index];
  return is_bytes ? c == '\n' || c == '\r' : unicode::is(c, unicode::kLineBreak);
}

Result<Characters> text_of(const Value& text, const char* method) {
  if (const Str* const str = as<Str>(text)) return Characters::of(*str);
  if (const auto view = view_of(*text)) return Characters::of_bytes(*view);
  return Error{ErrorKind::kAttributeError,
               "'" + type_name(*text) + "' object has no attribute '" + method + "'"};
}

Result<Characters> operand_of(const Value& text, const Value& operand, const char* wanted_str) {
  if (is<Str>(text)) {
    if (const Str* const str = as<Str>(operand)) return Characters::of(*str);
    return type_error(std::string(wanted_str) + ", not " + type_name(*operand));
  }
  if (const auto view = view_of(*operand)) return Characters::of_bytes(*view);
  return type_error("a bytes-like object is required, not '" + type_name(*operand) + "'");
}

bool matches_at(const Characters& text, const Characters& part, std::size_t at) noexcept {
  if (part.length == 0) return true;
  if (text.width == part.width) {
    return std::memcmp(text.data + at * text.width, part.data, part.length * part.width) == 0;
  }
  for (std::size_t i = 0; i < part.length; ++i) {
    if (text[at + i] != part[i]) return false;
  }
  return true;
}

std::size_t first_of(const Characters& text, const Characters& part, std::size_t begin,
                     std::size_t end) noexcept {
  if (begin > end || end - begin < part.length) return kNowhere;
  if (part.length == 0) return begin;
  if (text.width == 1 && part.width == 1) {
    const void* const found = memmem(text.data + begin, end - begin, part.data, part.length);
    if (found == nullptr) return kNowhere;
    return static_cast<std::size_t>(static_cast<const std::byte*>(found) - text.data);
  }
  for (std::size_t at = begin; at <= end - part.length; ++at) {
    if (text[at] == part[0] && matches_at(text, part, at)) return at;
  }
  return kNowhere;
}

std::size_t last_of(const Characters& text, const Characters& part, std::size_t begin,
                    std::size_t end) noexcept {
  if (begin > end || end - begin < part.length) return kNowhere;
  for (std::size_t at = end - part.length + 1; at-- > begin;) {
    if (matches_at(text, part, at)) return at;
  }
  return kNowhere;
}

// Making.

namespace {

constexpr std::size_t kLongest = std::size_t{1} << 40;

char32_t largest_of(const Characters& characters) noexcept {
  if (characters.is_ascii) return 0x7F;
  char32_t largest = 0;
  for (std::size_t i = 0; i < characters.length; ++i) largest = std::max(largest, characters[i]);
  return largest;
}

void append(Str& to, std::size_t at, const Characters& from) noexcept {
  if (from.length == 0) return;
  if (to.width == from.width) {
    std::memcpy(to.data() + at * to.width, from.data, from.length * to.width);
  } else {
    for (std::size_t i = 0; i < from.length; ++i) put(to, at + i, from[i]);
  }
}

Result<Value> assembled_str(const std::vector<Piece>& pieces, std::size_t length) {
  char32_t largest = 0;
  for (const auto& [characters, times] : pieces) {
    if (times > 0 && characters.length > 0) largest = std::max(largest, largest_of(characters));
  }
  if (length == 1) {
    for (const Piece& piece : pieces) {
      if (piece.characters.length * piece.times == 0) continue;
      const Result<Ref<Str>> single = make_character(piece.characters[0]);
      if (!single) return single.failure();
      return Value(*single);
    }
  }
  const Ref<Str> text = try_text(length, largest);
  if (!text) return out_of_memory();
  std::size_t at = 0;
  for (const auto& [characters, times] : pieces) {
    for (std::size_t i = 0; i < times; ++i, at += characters.length) append(*text, at, characters);
  }
  return Value(text);
}

std::string assembled_bytes(const std::vector<Piece>& pieces, std::size_t length) {
  std::string bytes;
  bytes.reserve(length);
  for (const auto& [characters, times] : pieces) {
    for (std::size_t i = 0; i < times; ++i) {
      for (std::size_t j = 0; j < characters.length; ++j) bytes += static_cast<char>(characters[j]);
    }
  }
  return bytes;
}

}  // namespace

Result<Value> assembled(const Value& like, const std::vector<Piece>& pieces) {
  std::size_t length = 0;
  for (const auto& [characters, times] : pieces) {
    if (characters.length == 0) continue;
    if (times > (kLongest - length) / characters.length) return out_of_memory();
    length += times * characters.length;
  }
  if (is<Str>(like)) return assembled_str(pieces, length);
  if (length > kMostBytes) return out_of_memory();
  const std::string bytes = assembled_bytes(pieces, length);
  return is<Bytes>(like) ? made(make_bytes(bytes)) : made(make_bytearray(bytes));
}

Result<Value> part_of(const Value& text, std::size_t begin, std::size_t end) {
  if (const Ref<Str> str = cast<Str>(text)) {
    Result<Ref<Str>> part = substring(str, begin, end);
    if (!part) return part.failure();
    return Value(*std::move(part));
  }
  const std::string_view bytes = *view_of(*text);
  if (is<ByteArray>(text)) return made(make_bytearray(bytes.substr(begin, end - begin)));
  if (end - begin == bytes.size()) return text;
  return made(make_bytes(bytes.substr(begin, end - begin)));
}

}  // namespace exuvia::types
