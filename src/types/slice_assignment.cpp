#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/slice.hpp"
#include "types/bytes_view.hpp"
#include "types/list_storage.hpp"
#include "types/slice_positions.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

// A slice whose positions are known only once what is assigned has been gathered, since that may
// change the sequence.
struct SliceBounds {
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> stop;
  std::int64_t step;

  [[nodiscard]] SlicePositions of(std::size_t size) const noexcept {
    return SlicePositions::of(size, start, stop, step);
  }
};

// What goes does so last, when the list is whole again.
using Garbage = std::vector<Value>;

void take_range(List& list, std::size_t begin, std::size_t count, Garbage& garbage) {
  garbage.reserve(count);
  for (std::size_t i = begin; i < begin + count; ++i) garbage.push_back(std::move(list.storage[i]));
  std::destroy_n(list.storage + begin, count);
}

bool try_track_for_all(List& list, const std::vector<Value>& values) noexcept {
  return std::all_of(values.begin(), values.end(),
                     [&list](const Value& value) { return try_track_for(list, *value); });
}

// list[at] = values, for positions that lie side by side.
Result<void> replace_run(List& list, const SlicePositions& at, std::vector<Value> values) {
  const auto begin = static_cast<std::size_t>(at.start);
  const std::size_t rest = list.size - begin - at.count;
  if (!try_track_for_all(list, values)) return out_of_memory();
  if (!try_reserve(list, begin + values.size() + rest)) return out_of_memory();
  Garbage garbage;
  take_range(list, begin, at.count, garbage);
  relocate(list.storage + begin + values.size(), list.storage + begin + at.count, rest);
  std::uninitialized_move(values.begin(), values.end(), list.storage + begin);
  list.size = begin + values.size() + rest;
  shrink(list);
  return {};
}

void delete_scattered(List& list, const SlicePositions& at) {
  Garbage garbage;
  garbage.reserve(at.count);
  std::size_t kept = 0;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (garbage.size() < at.count && i == at[garbage.size()]) {
      garbage.push_back(std::move(list.storage[i]));
    } else {
      if (kept != i) list.storage[kept].swap(list.storage[i]);
      ++kept;
    }
  }
  std::destroy_n(list.storage + kept, list.size - kept);
  list.size = kept;
  shrink(list);
}

Result<std::vector<Value>> gathered(const Value& iterable, const char* no_iterable) {
  if (type_of(iterable).does.iterate == nullptr) return type_error(no_iterable);
  std::vector<Value> values;
  const Result<void> done = for_each(iterable, [&values](Value value) -> Result<void> {
    values.push_back(std::move(value));
    return {};
  });
  if (!done) return done.failure();
  return values;
}

Error wrong_size(const char* what, std::size_t given, std::size_t wanted) {
  return value_error("attempt to assign " + std::string(what) + " of size " +
                     std::to_string(given) + " to extended slice of size " +
                     std::to_string(wanted));
}

Result<void> assign(List& list, const SliceBounds& bounds, const Value& iterable) {
  const bool is_run = bounds.step == 1;
  Result<std::vector<Value>> values = gathered(
      iterable, is_run ? "can only assign an iterable" : "must assign iterable to extended slice");
  if (!values) return values.failure();
  const SlicePositions at = bounds.of(list.size);
  if (is_run) return replace_run(list, at, *std::move(values));
  if (values->size() != at.count) return wrong_size("sequence", values->size(), at.count);
  if (!try_track_for_all(list, *values)) return out_of_memory();
  // Swapped, they hold what goes.
  for (std::size_t i = 0; i < at.count; ++i) list.storage[at[i]].swap((*values)[i]);
  return {};
}

Result<void> erase(List& list, const SliceBounds& bounds) {
  const SlicePositions at = bounds.of(list.size).ascending();
  if (at.count == 0) return {};
  if (at.step == 1) return replace_run(list, at, {});
  delete_scattered(list, at);
  return {};
}

std::string without(std::string_view bytes, const SlicePositions& at) {
  std::string kept;
  std::size_t next = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (next < at.count && i == at[next]) {
      ++next;
    } else {
      kept += bytes[i];
    }
  }
  return kept;
}

Result<void> set_bytes(ByteArray& array, const std::string& bytes) {
  if (!try_resize(array, bytes.size())) return out_of_memory();
  bytes.copy(array.storage, bytes.size());
  return {};
}

Result<void> assign(ByteArray& array, const SliceBounds& bounds, const Value& iterable) {
  if (as_integer(iterable) != nullptr || is<Float>(iterable) || is<Str>(iterable)) {
    return type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)");
  }
  const Result<std::string> bytes = gather_bytes(iterable, "bytearray");
  if (!bytes) return bytes.failure();
  const SlicePositions at = bounds.of(array.size);
  std::string whole(array.view());
  if (bounds.step == 1) {
    whole.replace(static_cast<std::size_t>(at.start), at.count, *bytes);
  } else if (bytes->empty()) {
    whole = without(whole, at.ascending());  // as CPython: it deletes
  } else if (bytes->size() != at.count) {
    return wrong_size("bytes", bytes->size(), at.count);
  } else {
    for (std::size_t i = 0; i < at.count; ++i) whole[at[i]] = (*bytes)[i];
  }
  return set_bytes(array, whole);
}

Result<void> erase(ByteArray& array, const SliceBounds& bounds) {
  return set_bytes(array, without(array.view(), bounds.of(array.size).ascending()));
}

}  // namespace

Result<void> set_slice(const Value& sequence, std::optional<std::int64_t> start,
                       std::optional<std::int64_t> stop, const Value& values, std::int64_t step) {
  const SliceBounds bounds{start, stop, step};
  if (step == 0) return value_error("slice step cannot be zero");
  if (List* const list = as<List>(sequence)) return assign(*list, bounds, values);
  if (ByteArray* const array = as<ByteArray>(sequence)) return assign(*array, bounds, values);
  return type_error("'" + type_name(*sequence) + "' object does not support item assignment");
}

Result<void> delete_slice(const Value& sequence, std::optional<std::int64_t> start,
                          std::optional<std::int64_t> stop, std::int64_t step) {
  const SliceBounds bounds{start, stop, step};
  if (step == 0) return value_error("slice step cannot be zero");
  if (List* const list = as<List>(sequence)) return erase(*list, bounds);
  if (ByteArray* const array = as<ByteArray>(sequence)) return erase(*array, bounds);
  return type_error("'" + type_name(*sequence) + "' object does not support item deletion");
}

}  // namespace exuvia::types
