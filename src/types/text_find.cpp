// Where a text holds another.
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/text.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/bytes_view.hpp"
#include "types/characters.hpp"
#include "types/defaults.hpp"
#include "types/slice_positions.hpp"

namespace exuvia::types {

namespace {

// What is looked for: characters, or, in bytes, a number, which may change the text when it is
// asked.
class Sought {
 public:
  [[nodiscard]] static Result<Sought> in(const Value& text, const char* method, const Value& part) {
    if (const Result<Characters> is_text = text_of(text, method); !is_text)
      return is_text.failure();
    Sought sought;
    if (is<Str>(text) || view_of(*part)) {
      const Result<Characters> characters = operand_of(text, part);
      if (!characters) return characters.failure();
      sought.characters_ = *characters;
      return sought;
    }
    const Result<Value> number = try_index(part);
    if (!number) return number.failure();
    if (!*number) {
      return type_error("argument should be integer or bytes-like object, not '" +
                        type_name(*part) + "'");
    }
    const Result<char> byte = to_byte(*number);
    if (!byte) return byte.failure();
    sought.byte_ = *byte;
    sought.is_byte_ = true;
    return sought;
  }
  [[nodiscard]] Characters characters() const noexcept {
    return is_byte_ ? Characters::of_bytes({&byte_, 1}) : characters_;
  }

 private:
  Characters characters_;
  char byte_ = 0;
  bool is_byte_ = false;
};

using Search = decltype(first_of);

Result<std::size_t> place_of(Search& search, const char* method, const Value& text,
                             const Value& part, std::int64_t start, std::int64_t stop) {
  const Result<Sought> sought = Sought::in(text, method, part);
  if (!sought) return sought.failure();
  const Characters characters = *text_of(text, method);
  const Bounds bounds = Bounds::of(characters.length, start, stop);
  return search(characters, sought->characters(), bounds.begin, bounds.end);
}

Result<std::int64_t> or_minus_one(const Result<std::size_t>& place) {
  if (!place) return place.failure();
  return *place == kNowhere ? -1 : static_cast<std::int64_t>(*place);
}

Result<std::int64_t> or_error(const Value& text, const Result<std::size_t>& place) {
  if (!place || *place != kNowhere) return or_minus_one(place);
  return value_error(is<Str>(text) ? "substring not found" : "subsection not found");
}

enum class Side { kStart, kEnd };

bool is_at(Side side, const Characters& text, const Characters& part, const Bounds& bounds) {
  if (bounds.begin > bounds.end || bounds.end - bounds.begin < part.length) return false;
  return matches_at(text, part, side == Side::kStart ? bounds.begin : bounds.end - part.length);
}

Error wrong_affix(const char* method, const Value& text, const Value& part) {
  const std::string kind = is<Str>(text) ? "str" : "bytes";
  return type_error(std::string(method) + " first arg must be " + kind + " or a tuple of " + kind +
                    ", not " + type_name(*part));
}

Result<bool> has_affix(Side side, const char* method, const Value& text, const Value& part,
                       std::int64_t start, std::int64_t stop) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  const Bounds bounds = Bounds::of(characters->length, start, stop);
  const Tuple* const choices = as<Tuple>(part);
  if (choices == nullptr) {
    const Result<Characters> affix = operand_of(text, part);
    if (!affix) return wrong_affix(method, text, part);
    return is_at(side, *characters, *affix, bounds);
  }
  const std::string wanted = "tuple for " + std::string(method) + " must only contain str";
  for (const Value& choice : choices->items()) {
    const Result<Characters> affix = operand_of(text, choice, wanted.c_str());
    if (!affix) return affix.failure();
    if (is_at(side, *characters, *affix, bounds)) return true;
  }
  return false;
}

}  // namespace

Result<std::int64_t> find(const Value& text, const Value& part, std::int64_t start,
                          std::int64_t stop) {
  return or_minus_one(place_of(first_of, "find", text, part, start, stop));
}

Result<std::int64_t> rfind(const Value& text, const Value& part, std::int64_t start,
                           std::int64_t stop) {
  return or_minus_one(place_of(last_of, "rfind", text, part, start, stop));
}

Result<std::int64_t> find_existing(const Value& text, const Value& part, std::int64_t start,
                                   std::int64_t stop) {
  return or_error(text, place_of(first_of, "index", text, part, start, stop));
}

Result<std::int64_t> rfind_existing(const Value& text, const Value& part, std::int64_t start,
                                    std::int64_t stop) {
  return or_error(text, place_of(last_of, "rindex", text, part, start, stop));
}

Result<std::size_t> count(const Value& text, const Value& part, std::int64_t start,
                          std::int64_t stop) {
  const Result<Sought> sought = Sought::in(text, "count", part);
  if (!sought) return sought.failure();
  const Characters characters = *text_of(text, "count");
  const Characters wanted = sought->characters();
  const Bounds bounds = Bounds::of(characters.length, start, stop);
  std::size_t found = 0;
  for (std::size_t at = bounds.begin;; ++found) {
    at = first_of(characters, wanted, at, bounds.end);
    if (at == kNowhere) return found;
    at += wanted.length == 0 ? 1 : wanted.length;
  }
}

Result<bool> starts_with(const Value& text, const Value& part, std::int64_t start,
                         std::int64_t stop) {
  return has_affix(Side::kStart, "startswith", text, part, start, stop);
}

Result<bool> ends_with(const Value& text, const Value& part, std::int64_t start,
                       std::int64_t stop) {
  return has_affix(Side::kEnd, "endswith", text, part, start, stop);
}

}  // namespace exuvia::types
