#include "exuvia/types/str.hpp"

#include <algorithm>

#include "types/text.hpp"

namespace exuvia::types {

Result<Ref<Str>> narrowed(Ref<Str> text) {
  const char32_t largest = largest_character(*text);
  if (width_for(largest) == text->width && (largest < 0x80) == text->is_ascii) return text;
  Ref<Str> narrow = try_text(text->length, largest);
  if (!narrow) return out_of_memory();
  copy(*narrow, 0, *text, 0, text->length);
  return narrow;
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

}  // namespace exuvia::types
