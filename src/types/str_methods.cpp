#include "exuvia/types/str.hpp"

#include <cstring>
#include <vector>

#include "exuvia/types/list.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

bool matches_at(const Str& text, const Str& part, std::size_t at) noexcept {
  if (text.width == part.width)
    return std::memcmp(text.data() + at * text.width, part.data(), part.bytes()) == 0;
  for (std::size_t i = 0; i < part.length; ++i) {
    if (text[at + i] != part[i]) return false;
  }
  return true;
}

// What str.split() and str.strip() take for blank.
bool is_space(char32_t c) noexcept {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85 ||
         c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

Result<void> append_part(const Ref<List>& parts, const Ref<Str>& text, std::size_t begin,
                         std::size_t end) {
  const Result<Ref<Str>> part = substring(text, begin, end);
  if (!part) return part.failure();
  return append(*parts, Value(*part));
}

}  // namespace

Result<Ref<Str>> narrowed(Ref<Str> text) {
  const char32_t largest = largest_character(*text);
  if (width_for(largest) == text->width && (largest < 0x80) == text->is_ascii) return text;
  Ref<Str> narrow = try_text(text->length, largest);
  if (!narrow) return out_of_memory();
  copy(*narrow, 0, *text, 0, text->length);
  return narrow;
}

std::size_t find(const Str& text, const Str& part, std::size_t from) noexcept {
  if (part.width > text.width || part.length > text.length || from > text.length - part.length)
    return kNotFound;
  if (text.width == 1) {
    const void* const found =
        memmem(text.data() + from, text.length - from, part.data(), part.length);
    if (found == nullptr) return kNotFound;
    return static_cast<std::size_t>(static_cast<const std::byte*>(found) - text.data());
  }
  for (std::size_t at = from; at <= text.length - part.length; ++at) {
    if (matches_at(text, part, at)) return at;
  }
  return kNotFound;
}

std::size_t count(const Str& text, const Str& part) noexcept {
  if (part.length == 0) return text.length + 1;
  std::size_t found = 0;
  for (std::size_t at = find(text, part); at != kNotFound;
       at = find(text, part, at + part.length)) {
    ++found;
  }
  return found;
}

bool starts_with(const Str& text, const Str& part) noexcept {
  return part.length <= text.length && matches_at(text, part, 0);
}

bool ends_with(const Str& text, const Str& part) noexcept {
  return part.length <= text.length && matches_at(text, part, text.length - part.length);
}

Result<Ref<Str>> substring(const Ref<Str>& text, std::size_t begin, std::size_t end) {
  EXUVIA_CHECK(begin <= end && end <= text->length, "a substring lies in its text");
  if (begin == 0 && end == text->length) return text;
  if (end - begin == 1) return make_character((*text)[begin]);
  const char32_t largest = text->is_ascii ? 0 : largest_character(*text, begin, end);
  Ref<Str> part = try_text(end - begin, largest);
  if (!part) return out_of_memory();
  copy(*part, 0, *text, begin, end - begin);
  return part;
}

Result<Ref<Str>> concatenate(const Ref<Str>& a, const Ref<Str>& b) {
  if (a->length == 0) return b;
  if (b->length == 0) return a;
  const char32_t largest = std::max(largest_character(*a), largest_character(*b));
  Ref<Str> whole = try_text(a->length + b->length, largest);
  if (!whole) return out_of_memory();
  copy(*whole, 0, *a, 0, a->length);
  copy(*whole, a->length, *b, 0, b->length);
  return whole;
}

Result<Ref<Str>> replace(const Ref<Str>& text, const Str& part, const Str& with) {
  const std::size_t times = count(*text, part);
  if (times == 0) return text;
  const char32_t largest = std::max(largest_character(*text), largest_character(with));
  Ref<Str> result = try_text(text->length + times * with.length - times * part.length, largest);
  if (!result) return out_of_memory();
  std::size_t out = 0;
  const auto take = [&](const Str& from, std::size_t begin, std::size_t end) {
    copy(*result, out, from, begin, end - begin);
    out += end - begin;
  };
  std::size_t at = 0;
  for (std::size_t i = 0; i < times; ++i) {
    // An empty part stands before each character and at the end.
    const std::size_t found = part.length == 0 ? i : find(*text, part, at);
    take(*text, at, found);
    take(with, 0, with.length);
    at = found + part.length;
  }
  take(*text, at, text->length);
  return narrowed(std::move(result));
}

Result<Ref<Str>> strip(const Ref<Str>& text) {
  std::size_t begin = 0;
  std::size_t end = text->length;
  while (begin < end && is_space((*text)[begin])) ++begin;
  while (end > begin && is_space((*text)[end - 1])) --end;
  return substring(text, begin, end);
}

Result<Value> split(const Ref<Str>& text, const Str& separator) {
  if (separator.length == 0) return value_error("empty separator");
  const Ref<List> parts = make_list();
  if (!parts) return out_of_memory();
  std::size_t begin = 0;
  for (std::size_t at = find(*text, separator); at != kNotFound;
       at = find(*text, separator, begin)) {
    if (Result<void> done = append_part(parts, text, begin, at); !done) return done.failure();
    begin = at + separator.length;
  }
  if (Result<void> done = append_part(parts, text, begin, text->length); !done)
    return done.failure();
  return Value(parts);
}

Result<Value> split(const Ref<Str>& text) {
  const Ref<List> parts = make_list();
  if (!parts) return out_of_memory();
  for (std::size_t i = 0; i < text->length;) {
    const std::size_t begin = i;
    const bool is_blank = is_space((*text)[i]);
    while (i < text->length && is_space((*text)[i]) == is_blank) ++i;
    if (is_blank) continue;
    if (Result<void> done = append_part(parts, text, begin, i); !done) return done.failure();
  }
  return Value(parts);
}

Result<Ref<Str>> join(const Str& separator, const Value& iterable) {
  if (type_of(iterable).does.iterate == nullptr) return type_error("can only join an iterable");
  std::vector<Ref<Str>> parts;
  std::size_t length = 0;
  char32_t largest = 0;
  const Result<void> gathered = for_each(iterable, [&](const Value& item) -> Result<void> {
    Ref<Str> part = cast<Str>(item);
    if (!part) {
      return type_error("sequence item " + std::to_string(parts.size()) +
                        ": expected str instance, " + type_name(*item) + " found");
    }
    length += part->length;
    largest = std::max(largest, largest_character(*part));
    parts.push_back(std::move(part));
    return {};
  });
  if (!gathered) return gathered.failure();
  if (parts.empty()) return empty_text();
  if (parts.size() == 1) return parts[0];
  if (separator.length > 0) largest = std::max(largest, largest_character(separator));
  Ref<Str> whole = try_text(length + (parts.size() - 1) * separator.length, largest);
  if (!whole) return out_of_memory();
  std::size_t at = 0;
  for (const Ref<Str>& part : parts) {
    if (&part != &parts.front()) {
      copy(*whole, at, separator, 0, separator.length);
      at += separator.length;
    }
    copy(*whole, at, *part, 0, part->length);
    at += part->length;
  }
  if (whole->length == 1) return make_character((*whole)[0]);
  return whole;
}

}  // namespace exuvia::types
