// Texts in other letters.
#include <string>

#include "exuvia/types/text.hpp"
#include "types/characters.hpp"
#include "types/unicode.hpp"

namespace exuvia::types {

namespace {

// Whether a capital sigma at `index` ends a word: letters before it and none after it, those that
// case ignores left aside.
bool is_final_sigma(const Characters& text, std::size_t index) noexcept {
  std::size_t before = index;
  while (before > 0 && text.is(before - 1, unicode::kCaseIgnorable)) --before;
  if (before == 0 || !text.is(before - 1, unicode::kCased)) return false;
  std::size_t after = index + 1;
  while (after < text.length && text.is(after, unicode::kCaseIgnorable)) ++after;
  return after == text.length || !text.is(after, unicode::kCased);
}

void append_mapped(const unicode::Mapping& mapping, const Characters& text, std::size_t index,
                   std::u32string& out) {
  constexpr char32_t kCapitalSigma = 0x3A3;
  constexpr char32_t kFinalSigma = 0x3C2;
  const char32_t character = text[index];
  if (text.is_bytes && character >= 0x80) {
    out += character;
  } else if (character == kCapitalSigma && &mapping == &unicode::kLower &&
             is_final_sigma(text, index)) {
    out += kFinalSigma;
  } else {
    unicode::append_mapped(mapping, character, out);
  }
}

// Each character by the mapping that choose(characters, index) names, or as it is for null.
template <class Choose>
Result<Value> mapped(const Value& text, const char* method, Choose choose) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  std::u32string out;
  out.reserve(characters->length);
  for (std::size_t i = 0; i < characters->length; ++i) {
    const unicode::Mapping* const mapping = choose(*characters, i);
    if (mapping == nullptr) {
      out += (*characters)[i];
    } else {
      append_mapped(*mapping, *characters, i, out);
    }
  }
  return assembled(text, {{Characters::of(out)}});
}

}  // namespace

Result<Value> lower(const Value& text) {
  return mapped(text, "lower", [](const Characters&, std::size_t) { return &unicode::kLower; });
}

Result<Value> upper(const Value& text) {
  return mapped(text, "upper", [](const Characters&, std::size_t) { return &unicode::kUpper; });
}

Result<Value> title(const Value& text) {
  return mapped(text, "title", [](const Characters& all, std::size_t i) {
    const bool is_inside = i > 0 && all.is(i - 1, unicode::kCased);
    return is_inside ? &unicode::kLower : &unicode::kTitle;
  });
}

Result<Value> capitalize(const Value& text) {
  return mapped(text, "capitalize", [](const Characters&, std::size_t i) {
    return i == 0 ? &unicode::kTitle : &unicode::kLower;
  });
}

Result<Value> swapcase(const Value& text) {
  return mapped(text, "swapcase", [](const Characters& all, std::size_t i) {
    return all.is(i, unicode::kUppercase)   ? &unicode::kLower
           : all.is(i, unicode::kLowercase) ? &unicode::kUpper
                                            : nullptr;
  });
}

Result<Value> casefold(const Value& text) {
  if (!is<Str>(text)) {
    return Error{ErrorKind::kAttributeError,
                 "'" + type_name(*text) + "' object has no attribute 'casefold'"};
  }
  return mapped(text, "casefold", [](const Characters&, std::size_t) { return &unicode::kFolded; });
}

}  // namespace exuvia::types
