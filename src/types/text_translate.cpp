// Texts with each character replaced by what a table says of it.
#include <array>
#include <numeric>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/text.hpp"
#include "types/bytes_view.hpp"
#include "types/characters.hpp"

namespace exuvia::types {

namespace {

constexpr std::size_t kBytes = 256;

// Appends what stands for `character`; itself, if the table has nothing for it.
Result<void> append_replacement(std::u32string& out, char32_t character, const Value& table) {
  const Ref<Int> key = make_int(character);
  if (!key) return out_of_memory();
  const Result<Value> found = getitem(table, key);
  if (!found) {
    const ErrorKind kind = found.error().kind;
    if (kind != ErrorKind::kKeyError && kind != ErrorKind::kIndexError) return found.failure();
    out += character;
  } else if (const Str* const text = as<Str>(*found)) {
    for (std::size_t i = 0; i < text->length; ++i) out += (*text)[i];
  } else if (const Int* const number = as_integer(*found)) {
    const auto code = number->to_int64();
    if (!code || *code < 0 || *code > 0x10FFFF)
      return value_error("character mapping must be in range(0x110000)");
    const Result<Ref<Str>> replacement = make_character(static_cast<char32_t>(*code));
    if (!replacement) return replacement.failure();
    out += static_cast<char32_t>(*code);
  } else if (!is_none(*found)) {
    return type_error("character mapping must return integer, None or str");
  }
  return {};
}

Result<Value> translate_str(const Value& text, const Value& table) {
  const Str& from = *as<Str>(text);
  std::u32string out;
  for (std::size_t i = 0; i < from.length; ++i) {
    if (Result<void> done = append_replacement(out, from[i], table); !done) return done.failure();
  }
  return assembled(text, {{Characters::of(out)}});
}

Result<std::string_view> bytes_in(const Value& value) {
  if (const auto view = view_of(*value)) return *view;
  return type_error("a bytes-like object is required, not '" + type_name(*value) + "'");
}

Result<Value> translate_bytes(const Value& text, const Value& table, const Value& deleted) {
  const Result<std::string_view> subject = bytes_in(text);
  if (!subject) return subject.failure();
  const bool has_table = !is_none(table);
  const Result<std::string_view> map = has_table ? bytes_in(table) : subject;
  if (!map) return map.failure();
  if (has_table && map->size() != kBytes)
    return value_error("translation table must be 256 characters long");
  const Result<std::string_view> gone = deleted ? bytes_in(deleted) : std::string_view();
  if (!gone) return gone.failure();
  std::array<bool, kBytes> goes{};
  for (const char byte : *gone) goes[static_cast<unsigned char>(byte)] = true;
  std::string out;
  for (const char byte : *subject) {
    const auto code = static_cast<unsigned char>(byte);
    if (!goes[code]) out += has_table ? (*map)[code] : byte;
  }
  return assembled(text, {{Characters::of_bytes(out)}});
}

Result<void> put(Dict& table, char32_t character, const Value& replacement) {
  const Ref<Int> key = make_int(character);
  return key ? set(table, key, replacement) : out_of_memory();
}

}  // namespace

Result<Value> translate(const Value& text, const Value& table, const Value& deleted) {
  const Result<Characters> characters = text_of(text, "translate");
  if (!characters) return characters.failure();
  if (!is<Str>(text)) return translate_bytes(text, table, deleted);
  if (deleted) return type_error("str.translate() takes exactly one argument (2 given)");
  return translate_str(text, table);
}

Result<Ref<Dict>> str_translation(const Value& from, const Value& to, const Value& deleted) {
  const Str* const keys = as<Str>(from);
  const Str* const values = as<Str>(to);
  if (keys == nullptr)
    return type_error("first maketrans argument must be a string if there is a second argument");
  if (values == nullptr)
    return type_error("maketrans() argument 2 must be str, not " + type_name(*to));
  if (deleted && !is<Str>(deleted))
    return type_error("maketrans() argument 3 must be str, not " + type_name(*deleted));
  if (keys->length != values->length)
    return value_error("the first two maketrans arguments must have equal length");
  Ref<Dict> table = make_dict();
  if (!table) return out_of_memory();
  for (std::size_t i = 0; i < keys->length; ++i) {
    const Ref<Int> replacement = make_int((*values)[i]);
    if (!replacement) return out_of_memory();
    if (Result<void> done = put(*table, (*keys)[i], replacement); !done) return done.failure();
  }
  for (std::size_t i = 0; deleted && i < as<Str>(deleted)->length; ++i) {
    if (Result<void> done = put(*table, (*as<Str>(deleted))[i], none()); !done)
      return done.failure();
  }
  return table;
}

Result<Ref<Bytes>> bytes_translation(const Value& from, const Value& to) {
  const Result<std::string_view> keys = bytes_in(from);
  if (!keys) return keys.failure();
  const Result<std::string_view> values = bytes_in(to);
  if (!values) return values.failure();
  if (keys->size() != values->size())
    return value_error("maketrans arguments must have same length");
  std::string table(kBytes, '\0');
  std::iota(table.begin(), table.end(), '\0');
  for (std::size_t i = 0; i < keys->size(); ++i)
    table[static_cast<unsigned char>((*keys)[i])] = (*values)[i];
  Ref<Bytes> made = make_bytes(table);
  if (!made) return out_of_memory();
  return made;
}

}  // namespace exuvia::types
