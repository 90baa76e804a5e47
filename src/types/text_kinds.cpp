// Of what kinds a text's characters are.
#include "exuvia/types/text.hpp"
#include "types/characters.hpp"
#include "types/unicode.hpp"

namespace exuvia::types {

namespace {

bool all_are(const Characters& text, std::uint16_t kinds) noexcept {
  for (std::size_t i = 0; i < text.length; ++i) {
    if (!text.is(i, kinds)) return false;
  }
  return true;
}

Result<bool> some_and_all(const Value& text, const char* method, std::uint16_t kinds) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  return characters->length > 0 && all_are(*characters, kinds);
}

// The characters of a Str: other texts know no such method.
Result<Characters> str_of(const Value& text, const char* method) {
  if (const Str* const str = as<Str>(text)) return Characters::of(*str);
  return Error{ErrorKind::kAttributeError,
               "'" + type_name(*text) + "' object has no attribute '" + method + "'"};
}

// Whether some characters are `wanted` and none are `unwanted`.
Result<bool> some_and_none(const Value& text, const char* method, std::uint16_t wanted,
                           std::uint16_t unwanted) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  bool is_any = false;
  for (std::size_t i = 0; i < characters->length; ++i) {
    if (characters->is(i, unwanted)) return false;
    is_any = is_any || characters->is(i, wanted);
  }
  return is_any;
}

}  // namespace

Result<bool> is_alpha(const Value& text) { return some_and_all(text, "isalpha", unicode::kAlpha); }
Result<bool> is_digit(const Value& text) { return some_and_all(text, "isdigit", unicode::kDigit); }
Result<bool> is_alnum(const Value& text) {
  return some_and_all(text, "isalnum",
                      unicode::kAlpha | unicode::kDecimal | unicode::kDigit | unicode::kNumeric);
}

Result<bool> is_space(const Value& text) {
  const Result<Characters> characters = text_of(text, "isspace");
  if (!characters) return characters.failure();
  for (std::size_t i = 0; i < characters->length; ++i) {
    if (!characters->is_blank(i)) return false;
  }
  return characters->length > 0;
}

Result<bool> is_ascii(const Value& text) {
  const Result<Characters> characters = text_of(text, "isascii");
  if (!characters) return characters.failure();
  for (std::size_t i = 0; i < characters->length; ++i) {
    if ((*characters)[i] >= 0x80) return false;
  }
  return true;
}

Result<bool> is_lower(const Value& text) {
  return some_and_none(text, "islower", unicode::kLowercase,
                       unicode::kUppercase | unicode::kTitlecase);
}
Result<bool> is_upper(const Value& text) {
  return some_and_none(text, "isupper", unicode::kUppercase,
                       unicode::kLowercase | unicode::kTitlecase);
}

Result<bool> is_title(const Value& text) {
  const Result<Characters> characters = text_of(text, "istitle");
  if (!characters) return characters.failure();
  bool is_any = false;
  bool is_inside = false;  // a word
  for (std::size_t i = 0; i < characters->length; ++i) {
    const bool is_capital = characters->is(i, unicode::kUppercase | unicode::kTitlecase);
    const bool is_small = characters->is(i, unicode::kLowercase);
    if (is_inside ? is_capital : is_small) return false;
    is_inside = is_capital || is_small;
    is_any = is_any || is_inside;
  }
  return is_any;
}

Result<bool> is_decimal(const Value& text) {
  const Result<Characters> characters = str_of(text, "isdecimal");
  if (!characters) return characters.failure();
  return characters->length > 0 && all_are(*characters, unicode::kDecimal);
}

Result<bool> is_numeric(const Value& text) {
  const Result<Characters> characters = str_of(text, "isnumeric");
  if (!characters) return characters.failure();
  return characters->length > 0 &&
         all_are(*characters, unicode::kDecimal | unicode::kDigit | unicode::kNumeric);
}

Result<bool> is_identifier(const Value& text) {
  const Result<Characters> characters = str_of(text, "isidentifier");
  if (!characters) return characters.failure();
  return characters->length > 0 && characters->is(0, unicode::kStartsIdentifier) &&
         all_are(*characters, unicode::kContinuesIdentifier);
}

Result<bool> is_printable(const Value& text) {
  const Result<Characters> characters = str_of(text, "isprintable");
  if (!characters) return characters.failure();
  return all_are(*characters, unicode::kPrintable);
}

}  // namespace exuvia::types
