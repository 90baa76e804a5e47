#include "exuvia/types/str.hpp"

#include <array>
#include <cstdio>
#include <cstring>

#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/characters.hpp"
#include "types/format_spec.hpp"
#include "types/heap_state.hpp"
#include "types/index_iterator.hpp"
#include "types/sequence_operators.hpp"
#include "types/text.hpp"
#include "types/text_hash.hpp"
#include "types/unicode.hpp"
#include "types/utf8.hpp"

namespace exuvia::types {

namespace {

const Str& text_in(const Object& object) noexcept { return static_cast<const Str&>(object); }

std::size_t size_of_str(const void* object) noexcept {
  const auto& self = *static_cast<const Str*>(object);
  return sizeof(Str) + self.bytes() + self.width;
}

void destroy_str(void* object) noexcept {
  const auto& self = *static_cast<const Str*>(object);
  if (self.is_interned) HeapState::find(heap_of(self))->strings.remove(self);
}

Result<bool> equal_str(const Object& self, const Object& other) {
  return is<Str>(other) && equal_text(text_in(self), text_in(other));
}

Result<Hash> hash_str(const Object& self) { return text_hash(text_in(self)); }

Result<Ordering> order_str(const Object& self, const Object& other) {
  if (!is<Str>(other)) return Ordering::kUnsupported;
  const Str& a = text_in(self);
  const Str& b = text_in(other);
  for (std::size_t i = 0; i < a.length && i < b.length; ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? Ordering::kLess : Ordering::kGreater;
  }
  if (a.length == b.length) return Ordering::kEqual;
  return a.length < b.length ? Ordering::kLess : Ordering::kGreater;
}

Result<void> repr_str(const Object& self, std::string& out) {
  append_quoted(text_in(self), out);
  return {};
}

Result<void> str_of_str(const Object& self, std::string& out) {
  out += text_in(self).to_utf8();
  return {};
}

Result<std::size_t> length_of_str(const Object& self) {
  return static_cast<std::size_t>(text_in(self).length);
}

Result<bool> contains_str(const Object& self, const Object& item) {
  if (!is<Str>(item)) {
    return type_error("'in <string>' requires string as left operand, not " + type_name(item));
  }
  const Characters characters = Characters::of(text_in(self));
  const Characters part = Characters::of(text_in(item));
  return first_of(characters, part, 0, characters.length) != kNowhere;
}

Result<Value> as_value(Result<Ref<Str>> text) {
  if (!text) return text.failure();
  return Value(*std::move(text));
}

struct Indexed {
  using Sequence = Str;
  static std::size_t size(const Str& text) noexcept { return text.length; }
  static Result<Value> at(const Str& text, std::size_t index) {
    return as_value(make_character(text[index]));
  }
  static constexpr const char* kName = "str_iterator";
  static constexpr const char* kIndexed = "string";
  static constexpr const char* kRange = "string ";
};

Result<Value> repeat(const Ref<Str>& text, const Int& times) {
  const Result<std::size_t> copies =
      repetitions(times, text->length, "repeated string is too long");
  if (!copies) return copies.failure();
  if (*copies == 0) return made(empty_text());
  Ref<Str> result = try_text(text->length * *copies, largest_character(*text));
  if (!result) return out_of_memory();
  for (std::size_t at = 0; at < result->length; at += text->length)
    copy(*result, at, *text, 0, text->length);
  return Value(result);
}

Result<Value> binary_str(Operator op, const Value& left, const Value& right) {
  const Ref<Str> a = cast<Str>(left);
  const Ref<Str> b = cast<Str>(right);
  if (op == Operator::kAdd && a && b) return as_value(concatenate(a, b));
  if (op == Operator::kModulo && a) return format_percent(a, right);
  if (op != Operator::kMultiply) return Value();
  const auto operands = sequence_and_times(left, right, static_cast<bool>(a));
  if (!operands) return operands.failure();
  if (!operands->second) return Value();
  return repeat(cast<Str>(operands->first), *as_integer(operands->second));
}

}  // namespace

constinit const Type Str::type{{.name = "str",
                                .size = sizeof(Str),
                                .size_of = &size_of_str,
                                .destroy = &destroy_str,
                                .ends_at_once = true},
                               {.equal = &equal_str,
                                .hash = &hash_str,
                                .order = &order_str,
                                .repr = &repr_str,
                                .str = &str_of_str,
                                .format = &format_str,
                                .length = &length_of_str,
                                .iterate = &iterate_by_index<Indexed>,
                                .contains = &contains_str,
                                .getitem = &item_at<Indexed>,
                                .binary = &binary_str,
                                .is_sequence = true}};

// Strings that always exist: the empty one and those of one Latin-1 character.
namespace {

constinit const runtime::Binding binding{&Str::type, nullptr};

struct Single {
  alignas(16) runtime::Header header;
  Str text;
  unsigned char data[2];
};

constexpr Single single(unsigned char character, std::uint64_t length) {
  const unsigned char data[] = {character, 0};
  return Single{{object::Counting::kImmortal, 0, &binding},
                {{}, hash_bytes(data, length), length, 1, character < 0x80, 0},
                {character, 0}};
}

template <std::size_t... I>
constexpr std::array<Single, sizeof...(I)> all_singles(std::index_sequence<I...>) {
  return {single(static_cast<unsigned char>(I), 1)...};
}

constinit Single nothing = single(0, 0);
constinit std::array<Single, 256> singles = all_singles(std::make_index_sequence<256>());

}  // namespace

Ref<Str> latin1_character(char32_t character) noexcept {
  return Ref<Str>::adopt(&singles[character].text);
}
Ref<Str> empty_text() noexcept { return Ref<Str>::adopt(&nothing.text); }

Ref<Str> try_text(std::size_t length, char32_t largest) noexcept {
  if (length == 0) return empty_text();
  const unsigned width = width_for(largest);
  const std::size_t bytes = sizeof(Str) + (length + 1) * width;
  Ref<Str> text = try_atom_of<Str>(bytes, Hash{0}, length, width, largest < 0x80 ? 1U : 0U, 0U);
  if (text) put(*text, length, 0);
  return text;
}

// Making.

Result<Ref<Str>> make_character(char32_t character) {
  if (character < 0x100) return latin1_character(character);
  if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
    return value_error("chr() arg not in range(0x110000)");
  Ref<Str> text = try_text(1, character);
  if (!text) return out_of_memory();
  put(*text, 0, character);
  return text;
}

namespace {

// How a UTF-8 text is to be stored.
struct Measure {
  std::size_t length = 0;
  char32_t largest = 0;
};

Error no_utf8(std::string_view utf8, std::size_t position, const Decoded& wrong) {
  char first[8];
  std::snprintf(first, sizeof first, "0x%02x", static_cast<unsigned char>(utf8[position]));
  const std::string place =
      wrong.bytes == 1 ? "byte " + std::string(first) + " in position " + std::to_string(position)
                       : "bytes in position " + std::to_string(position) + "-" +
                             std::to_string(position + wrong.bytes - 1);
  return {ErrorKind::kUnicodeError, "'utf-8' codec can't decode " + place + ": " + wrong.reason};
}

Result<Measure> measure(std::string_view utf8) {
  Measure result;
  for (std::size_t i = 0; i < utf8.size();) {
    const Decoded next = decode_utf8(utf8.substr(i));
    if (next.reason != nullptr) return no_utf8(utf8, i, next);
    result.largest = std::max(result.largest, next.character);
    ++result.length;
    i += next.bytes;
  }
  return result;
}

bool is_ascii(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    if ((word & 0x8080'8080'8080'8080ULL) != 0) return false;
  }
  for (; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0x80U) != 0) return false;
  }
  return true;
}

Ref<Str> try_ascii(std::string_view text) noexcept {
  if (text.size() == 1) return latin1_character(static_cast<unsigned char>(text[0]));
  Ref<Str> result = try_text(text.size(), 0);
  if (result && !text.empty()) std::memcpy(result->data(), text.data(), text.size());
  return result;
}

}  // namespace

Result<Ref<Str>> make_str(std::string_view utf8) {
  if (is_ascii(utf8)) {
    Ref<Str> text = try_ascii(utf8);
    if (!text) return out_of_memory();
    return text;
  }
  const Result<Measure> needed = measure(utf8);
  if (!needed) return needed.failure();
  if (needed->length == 1) return make_character(needed->largest);
  Ref<Str> text = try_text(needed->length, needed->largest);
  if (!text) return out_of_memory();
  for (std::size_t index = 0, i = 0; index < needed->length; ++index) {
    const Decoded next = decode_utf8(utf8.substr(i));
    put(*text, index, next.character);
    i += next.bytes;
  }
  return text;
}

// Interning.

Ref<Str> intern(Ref<Str> text) noexcept {
  if (text->is_interned) return text;
  if (text->length == 0) return empty_text();
  if (text->length == 1 && text->width == 1) return latin1_character((*text)[0]);
  HeapState* const state = HeapState::of(heap_of(*text));
  if (state == nullptr) return nullptr;
  StringTable& table = state->strings;
  Str* const known = table.find(text->data(), text->length, text->width, text_hash(*text));
  if (known != nullptr) return ref_to(*known);
  return table.try_add(*text) ? text : nullptr;
}

namespace {

bool looks_like_identifier(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

Ref<Str> intern_literal(std::string_view utf8) {
  if (!looks_like_identifier(utf8)) {
    Result<Ref<Str>> text = make_str(utf8);
    EXUVIA_CHECK(text || text.error().kind == ErrorKind::kMemoryError, "a literal is no UTF-8");
    return std::move(text).value_or(nullptr);
  }
  if (utf8.size() > 1) {
    HeapState* const state = HeapState::of(runtime::HeapCore::current());
    if (state == nullptr) return nullptr;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(utf8.data());
    Str* const known = state->strings.find(reinterpret_cast<const std::byte*>(bytes), utf8.size(),
                                           1, hash_bytes(bytes, utf8.size()));
    if (known != nullptr) return ref_to(*known);
  }
  Ref<Str> text = try_ascii(utf8);
  return text ? intern(std::move(text)) : nullptr;
}

std::size_t interned_count() {
  const HeapState* const state = HeapState::find(runtime::HeapCore::current());
  return state == nullptr ? 0 : state->strings.count();
}

// Looking.

char32_t Str::operator[](std::size_t index) const noexcept {
  if (width == 1) return static_cast<char32_t>(data()[index]);
  if (width == 2) {
    char16_t unit = 0;
    std::memcpy(&unit, data() + 2 * index, 2);
    return unit;
  }
  char32_t unit = 0;
  std::memcpy(&unit, data() + 4 * index, 4);
  return unit;
}

std::string Str::to_utf8() const {
  if (is_ascii) return std::string(ascii());
  std::string out;
  for (std::size_t i = 0; i < length; ++i) append_utf8(out, (*this)[i]);
  return out;
}

std::u32string to_utf32(const Str& text) {
  std::u32string characters(text.length, U'\0');
  for (std::size_t i = 0; i < text.length; ++i) characters[i] = text[i];
  return characters;
}

std::string to_utf8(std::u32string_view characters) {
  std::string out;
  for (const char32_t c : characters) append_utf8(out, c);
  return out;
}

char32_t largest_character(const Str& text, std::size_t begin, std::size_t end) noexcept {
  char32_t largest = 0;
  for (std::size_t i = begin; i < end; ++i) largest = std::max(largest, text[i]);
  return largest;
}

bool equal_text(const Str& a, const Str& b) noexcept {
  if (&a == &b) return true;
  return a.length == b.length && a.width == b.width &&
         (a.hash == b.hash || a.hash == 0 || b.hash == 0) &&
         std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

Hash compute_text_hash(const Str& text) noexcept {
  text.hash = hash_bytes(text.data(), text.bytes());
  return text.hash;
}

void append_escaped(char32_t character, std::string& out) {
  char escaped[12];
  const char* const format = character < 0x100     ? "\\x%02x"
                             : character < 0x10000 ? "\\u%04x"
                                                   : "\\U%08x";
  std::snprintf(escaped, sizeof escaped, format, static_cast<unsigned>(character));
  out += escaped;
}

void append_quoted(const Str& text, std::string& out) {
  const auto has = [&text](char32_t c) {
    for (std::size_t i = 0; i < text.length; ++i) {
      if (text[i] == c) return true;
    }
    return false;
  };
  const char quote = has('\'') && !has('"') ? '"' : '\'';
  out += quote;
  for (std::size_t i = 0; i < text.length; ++i) {
    const char32_t c = text[i];
    if (c == static_cast<char32_t>(quote) || c == '\\') {
      out.append("\\").append(1, static_cast<char>(c));
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (unicode::is(c, unicode::kPrintable)) {
      append_utf8(out, c);
    } else {
      append_escaped(c, out);
    }
  }
  out += quote;
}

std::string quoted(std::string_view utf8) {
  const Result<Ref<Str>> text = make_str(utf8);
  if (!text) return std::string(utf8);
  std::string out;
  append_quoted(**text, out);
  return out;
}

}  // namespace exuvia::types
