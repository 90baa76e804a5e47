// Iterators that walk a sequence by index, and indexing itself.
//
// A sequence is described by a class S with S::Sequence, S::size(sequence), S::at(sequence, index)
// and the name of its iterator, S::kName.
#pragma once

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
};

template <class S>
constinit const Type IndexIterator<S>::type =
    native_type<IndexIterator<S>>(S::kName, {.iterate = &iterate_itself, .next = &next});

template <class S>
Result<Value> iterate_by_index(Object& self) {
  using Iterator = IndexIterator<S>;
  Ref<Iterator> iterator =
      try_build<Iterator>(Iterator::type, sizeof(Iterator), Value::to(self), 0U);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

// The position that `key` names, negative ones from the end. TypeError, speaking of `what`, for
// what is no integer; IndexError, speaking of `range`, outside [0, size).
[[nodiscard]] inline Result<std::size_t> to_position(const Value& key, std::size_t size,
                                                     const char* what, const char* range) {
  const Result<Value> number = try_index(key);
  if (!number) return number.failure();
  if (!*number) {
    return type_error(std::string(what) + " indices must be integers or slices, not " +
                      type_name(*key));
  }
  const Result<std::int64_t> index = to_index(*number);
  if (!index) return index.failure();
  const auto signed_size = static_cast<std::int64_t>(size);
  const std::int64_t position = *index < 0 ? *index + signed_size : *index;
  if (position < 0 || position >= signed_size)
    return index_error(std::string(range) + "index out of range");
  return static_cast<std::size_t>(position);
}

template <class S>
Result<Value> item_at(const typename S::Sequence& sequence, const Value& key, const char* what,
                      const char* range) {
  const Result<std::size_t> position = to_position(key, S::size(sequence), what, range);
  if (!position) return position.failure();
  return S::at(sequence, *position);
}

}  // namespace exuvia::types
