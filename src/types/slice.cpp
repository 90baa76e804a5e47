#include "exuvia/types/slice.hpp"

#include <string>
#include <vector>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/slice_positions.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

Result<Value> slice_of_text(const Ref<Str>& text, const SlicePositions& at) {
  const auto start = static_cast<std::size_t>(at.start);
  if (at.count == 0) return made(empty_text());
  if (at.step == 1) {
    const Result<Ref<Str>> part = substring(text, start, start + at.count);
    if (!part) return part.failure();
    return Value(*part);
  }
  Ref<Str> part = try_text(at.count, largest_character(*text));
  if (!part) return out_of_memory();
  std::size_t to = 0;
  at.for_each([&](std::size_t from) { put(*part, to++, (*text)[from]); });
  const Result<Ref<Str>> result = narrowed(std::move(part));
  if (!result) return result.failure();
  return Value(*result);
}

std::string bytes_at(std::string_view bytes, const SlicePositions& at) {
  std::string part;
  at.for_each([&](std::size_t from) { part += bytes[from]; });
  return part;
}

std::vector<Value> values_at(std::span<const Value> values, const SlicePositions& at) {
  std::vector<Value> part;
  part.reserve(at.count);
  at.for_each([&](std::size_t from) { part.push_back(values[from]); });
  return part;
}

}  // namespace

Result<Value> slice(const Value& sequence, std::optional<std::int64_t> start,
                    std::optional<std::int64_t> stop, std::int64_t step) {
  if (step == 0) return value_error("slice step cannot be zero");
  const auto at = [&](std::size_t size) { return SlicePositions::of(size, start, stop, step); };
  if (const Ref<Str> text = cast<Str>(sequence)) return slice_of_text(text, at(text->length));
  if (const List* const list = as<List>(sequence))
    return made(make_list(values_at(list->items(), at(list->size))));
  if (const Tuple* const tuple = as<Tuple>(sequence))
    return made(types::make_tuple(values_at(tuple->items(), at(tuple->size))));
  if (const Bytes* const bytes = as<Bytes>(sequence))
    return made(make_bytes(bytes_at(bytes->view(), at(bytes->size))));
  if (const ByteArray* const array = as<ByteArray>(sequence))
    return made(make_bytearray(bytes_at(array->view(), at(array->size))));
  return type_error("'" + type_name(*sequence) + "' object is not subscriptable");
}

}  // namespace exuvia::types
