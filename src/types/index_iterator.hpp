// Iterators that walk a sequence by index, and indexing itself.
//
// A sequence is described by a class S with S::Sequence, S::size(sequence), S::at(sequence, index),
// the name of its iterator, S::kName, and, for errors, that of what its indices are of,
// S::kIndexed, and of what they are out of the range of, S::kRange.
#pragma once

#include <algorithm>
#include <string>

#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"

namespace exuvia::types {

template <class S>
struct IndexIterator : Object {
  static const Type type;

  Value sequence;  // empty once the end has been seen
  std::size_t position;

  void trace(Visitor& v) const { v(sequence); }

  static Result<Value> next(Object& self) {
    auto& iterator = static_cast<IndexIterator&>(self);
    if (!iterator.sequence) return Value();
    const auto& sequence = static_cast<const typename S::Sequence&>(*iterator.sequence);
    if (iterator.position < S::size(sequence)) return S::at(sequence, iterator.position++);
    iterator.sequence.reset();
    return Value();
  }

  static std::size_t length_hint(const Object& self) noexcept {
    const auto& iterator = static_cast<const IndexIterator&>(self);
    if (!iterator.sequence) return 0;
    const std::size_t size = S::size(static_cast<const typename S::Sequence&>(*iterator.sequence));
    return size - std::min(size, iterator.position);
  }
};

template <class S>
constinit const Type IndexIterator<S>::type = native_type<IndexIterator<S>>(
    S::kName, {.iterate = &iterate_itself, .next = &next, .length_hint = &length_hint});

template <class S>
Result<Value> iterate_by_index(Object& self) {
  using Iterator = IndexIterator<S>;
  Ref<Iterator> iterator =
      try_build<Iterator>(Iterator::type, sizeof(Iterator), Value::to(self), 0U);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

// The index that `key` is, or stands for: asking it may change the sequence. TypeError, speaking of
// `indexed`, for what is no integer.
[[nodiscard]] inline Result<std::int64_t> index_of_key(const Value& key, std::string_view indexed) {
  const Result<Value> number = try_index(key);
  if (!number) return number.failure();
  if (*number) return to_index(*number);
  const std::string wanted = std::string(indexed) + " indices must be integers";
  return type_error(indexed == "string" ? wanted + ", not '" + type_name(*key) + "'"
                                        : wanted + " or slices, not " + type_name(*key));
}

// The position of `index` in a sequence of `size`, negative ones from the end. IndexError, speaking
// of `range`, outside.
[[nodiscard]] inline Result<std::size_t> position_of(std::int64_t index, std::size_t size,
                                                     const char* range) {
  const auto signed_size = static_cast<std::int64_t>(size);
  const std::int64_t position = index < 0 ? index + signed_size : index;
  if (position < 0 || position >= signed_size)
    return index_error(std::string(range) + "index out of range");
  return static_cast<std::size_t>(position);
}

template <class S>
Result<Value> item_at(Object& object, const Value& key) {
  const auto& sequence = static_cast<const typename S::Sequence&>(object);
  const Result<std::int64_t> index = index_of_key(key, S::kIndexed);
  if (!index) return index.failure();
  const Result<std::size_t> position = position_of(*index, S::size(sequence), S::kRange);
  if (!position) return position.failure();
  return S::at(sequence, *position);
}

}  // namespace exuvia::types
