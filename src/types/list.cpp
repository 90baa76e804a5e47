#include "exuvia/types/list.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "exuvia/types/tuple.hpp"
#include "exuvia/types/weakref.hpp"
#include "types/index_iterator.hpp"
#include "types/instance.hpp"
#include "types/list_storage.hpp"
#include "types/sequence_operators.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

List& list_in(Object& object) noexcept { return static_cast<List&>(object); }
const List& list_in(const Object& object) noexcept { return static_cast<const List&>(object); }

void destroy_list(void* object) noexcept {
  const List& list = *static_cast<List*>(object);
  free_items(list, list.storage, list.size, list.capacity);
}

Value* try_allocate_items(const List& list, std::size_t capacity) noexcept {
  return static_cast<Value*>(heap_of(list).storage().allocate(capacity * sizeof(Value)));
}

// Room for `capacity` items with those of the list, whose own room is gone; null, with nothing
// changed, when memory is exhausted. Large blocks may stay where they are. Checking builds know
// each reference by its address.
Value* try_move_items(const List& list, std::size_t capacity) noexcept {
  runtime::Storage& storage = heap_of(list).storage();
  if constexpr (!runtime::kChecks) {
    if (list.capacity != 0) {
      void* const items = list.storage;
      return static_cast<Value*>(storage.blocks().try_reallocate(items, capacity * sizeof(Value)));
    }
  }
  Value* const items = try_allocate_items(list, capacity);
  if (items == nullptr || list.capacity == 0) return items;
  relocate(items, list.storage, list.size);
  storage.deallocate(list.storage, list.capacity * sizeof(Value));
  return items;
}

bool try_set_capacity(List& list, std::size_t capacity) noexcept {
  if (capacity == 0) return true;
  Value* const storage = try_move_items(list, capacity);
  if (storage == nullptr) return false;
  list.storage = storage;
  list.capacity = capacity;
  return true;
}

}  // namespace

// CPython's list_resize.
bool try_reserve(List& list, std::size_t size) noexcept {
  if (size <= list.capacity) [[likely]]
    return true;
  const std::size_t grown = (size + (size >> 3) + 6) & ~std::size_t{3};
  const bool is_far = size - list.size > grown - size;
  return try_set_capacity(list, is_far ? (size + 3) & ~std::size_t{3} : grown);
}

// Without memory for a smaller block the larger stays.
void shrink(List& list) noexcept {
  const std::size_t capacity = (list.size + (list.size >> 3) + 6) & ~std::size_t{3};
  if (list.size == 0) {
    drop_items(list);
  } else if (list.size < list.capacity / 2 && capacity < list.capacity) {
    [[maybe_unused]] const bool shrunk = try_set_capacity(list, capacity);
  }
}

void free_items(const List& list, Value* items, std::size_t size, std::size_t capacity) noexcept {
  if (capacity == 0) return;
  drop_values(items, size);
  heap_of(list).storage().deallocate(items, capacity * sizeof(Value));
}

void drop_items(List& list) noexcept {
  if (list.capacity == 0) return;
  Value* const items = std::exchange(list.storage, nullptr);
  const std::size_t size = std::exchange(list.size, 0);
  const std::size_t capacity = std::exchange(list.capacity, 0);
  free_items(list, items, size, capacity);
}

namespace {

Result<void> repr_list(const Object& object, std::string& out) {
  const ReprScope scope(object);
  if (!scope.is_first()) {
    out += "[...]";
    return {};
  }
  out += '[';
  if (Result<void> done = append_items(list_in(object), out); !done) return done;
  out += ']';
  return {};
}

struct Items {
  using Sequence = List;
  static std::size_t size(const List& list) noexcept { return list.size; }
  static Result<Value> at(const List& list, std::size_t i) { return Value(list.storage[i]); }
  static constexpr const char* kName = "list_iterator";
  static constexpr const char* kIndexed = "list";
  static constexpr const char* kRange = "list ";
};

Value take_out(List& list, std::size_t position) noexcept {
  Value taken = std::move(list.storage[position]);
  std::destroy_at(list.storage + position);
  relocate(list.storage + position, list.storage + position + 1, list.size - position - 1);
  --list.size;
  shrink(list);
  return taken;
}

Result<void> setitem_list(Object& self, const Value& key, Value value) {
  List& list = list_in(self);
  const Result<std::int64_t> index = index_of_key(key, Items::kIndexed);
  if (!index) return index.failure();
  const Result<std::size_t> position = position_of(*index, list.size, "list assignment ");
  if (!position) return position.failure();
  if (value) {
    if (!try_track_for(list, *value)) return out_of_memory();
    list.storage[*position].swap(value);
  } else {
    value = take_out(list, *position);
  }
  return {};
}

// As CPython's list_extend: an empty list gets no more room than an even number of items needs.
bool try_reserve_more(List& list, std::size_t count) noexcept {
  if (count > kMostItems) return false;
  if (list.capacity == 0) return try_set_capacity(list, (count + 1) & ~std::size_t{1});
  return try_reserve(list, list.size + count);
}

// The items of a list or a tuple; nothing of others.
std::optional<std::span<const Value>> items_in(const Value& value) noexcept {
  if (const List* const list = as<List>(value)) return list->items();
  if (const Tuple* const tuple = as<Tuple>(value)) return tuple->items();
  return std::nullopt;
}

// How many items the iterable says it has; 0 where it does not know, or were a method to say.
std::size_t length_hint(const Value& iterable) {
  const Protocol& does = type_of(iterable).does;
  if (does.length_hint != nullptr) return does.length_hint(*iterable);
  if (does.length == nullptr || own_class(*iterable) != nullptr || is<WeakProxy>(iterable))
    return 0;
  const Result<std::size_t> size = does.length(*iterable);
  return size ? *size : 0;
}

// Copies in the list's room, of which there is enough; none where memory is exhausted.
bool try_append_copies(List& list, const Value* items, std::size_t count) noexcept {
  Value* const end = list.storage + list.size;
  const bool calls = copy_values(end, items, count);
  if (calls && !try_track_container(list)) {
    drop_values(end, count);
    return false;
  }
  list.size += count;
  return true;
}

// The lists may change as long as the new one is made: a collection may run then.
Result<Value> concatenated(const List& a, const List& b) {
  Ref<List> whole = make_list();
  if (!whole || !try_set_capacity(*whole, a.size + b.size)) return out_of_memory();
  if (!try_append_copies(*whole, a.storage, a.size)) return out_of_memory();
  if (!try_append_copies(*whole, b.storage, b.size)) return out_of_memory();
  return Value(whole);
}

Result<Value> repeated(const List& list, std::size_t copies) {
  Ref<List> whole = make_list();
  const bool is_too_long = list.size > kMostItems / copies;  // it may have grown
  if (!whole || is_too_long || !try_set_capacity(*whole, list.size * copies))
    return out_of_memory();
  for (; copies > 0; --copies)
    if (!try_append_copies(*whole, list.storage, list.size)) return out_of_memory();
  return Value(whole);
}

Result<Value> binary_list(Operator op, const Value& left, const Value& right) {
  constexpr SequenceOperators<List> kOperators{&concatenated, &repeated,
                                               [] { return made(make_list()); }};
  return kOperators(op, left, right);
}

Result<Value> change_list(Operator op, const Value& left, const Value& right) {
  List& list = *as<List>(left);
  if (op == Operator::kAdd) {
    if (Result<void> done = extend(list, right); !done) return done.failure();
    return left;
  }
  if (op != Operator::kMultiply) return Value();
  const OnHeapOf same_heap(list);
  Result<Value> whole = binary_list(op, left, right);
  if (!whole || !*whole) return whole;
  List& other = *as<List>(*whole);
  std::swap(list.storage, other.storage);
  std::swap(list.size, other.size);
  std::swap(list.capacity, other.capacity);
  return left;
}

}  // namespace

constinit const Type List::type{
    {.name = "list",
     .size = sizeof(List),
     .trace = runtime::SlotsOf<List>::trace_slot(),
     .destroy = &destroy_list},
    {.equal = &equal_sequences<List>,
     .compare = &compare_sequences<List>,
     .repr = &repr_list,
     .length = [](const Object& self) -> Result<std::size_t> { return list_in(self).size; },
     .iterate = &iterate_by_index<Items>,
     .contains = &contains_item<List>,
     .getitem = &item_at<Items>,
     .setitem = &setitem_list,
     .binary = &binary_list,
     .in_place = &change_list,
     .extra_bytes = [](const Object& self) noexcept -> std::size_t {
       return list_in(self).capacity * sizeof(Value);
     },
     .is_sequence = true}};

Ref<List> make_list() noexcept { return try_empty_container<List>(nullptr, 0U, 0U); }

// The items may be another list's: they are copied before a collection may run.
Ref<List> make_list(std::span<const Value> items) noexcept {
  if (items.empty()) return make_list();
  Ref<List> list = try_atom<List>(nullptr, 0U, 0U);
  if (!list) return list;
  Value* const storage = try_allocate_items(*list, items.size());
  if (storage == nullptr) return nullptr;
  const bool calls = copy_values(storage, items.data(), items.size());
  list->storage = storage;
  list->size = list->capacity = items.size();
  heap_of(*list).collect_if_due();
  if (calls && !try_track_container(*list)) return nullptr;
  return list;
}

Result<Ref<List>> list_of(const Value& iterable) {
  Ref<List> list = make_list();
  if (!list) return out_of_memory();
  const Result<void> done = extend(*list, iterable);
  if (!done) return done.failure();
  return list;
}

namespace {

Result<void> append_at_once(List& list, Value& value) {
  ::new (list.storage + list.size) Value(std::move(value));
  ++list.size;
  return {};
}

[[gnu::noinline]] Result<void> append_slowly(List& list, Value& value) {
  if (!try_track_for(list, *value) || !try_reserve(list, list.size + 1)) return out_of_memory();
  return append_at_once(list, value);
}

}  // namespace

Result<void> append(List& list, Value value) {
  if (must_track_for(list, *value) || list.size == list.capacity) [[unlikely]]
    return append_slowly(list, value);
  return append_at_once(list, value);
}

Result<void> extend(List& list, const Value& iterable) {
  if (const auto items = items_in(iterable)) {
    // What is added is counted first, and sought again: a list may be added to itself.
    const std::size_t count = items->size();
    if (!try_reserve_more(list, count)) return out_of_memory();
    if (!try_append_copies(list, items_in(iterable)->data(), count)) return out_of_memory();
    return {};
  }
  if (!try_reserve_more(list, length_hint(iterable))) return out_of_memory();
  Result<void> done =
      for_each(iterable, [&list](Value item) { return append(list, std::move(item)); });
  shrink(list);
  return done;
}

Result<void> insert(List& list, std::int64_t index, Value value) {
  const auto size = static_cast<std::int64_t>(list.size);
  const std::int64_t from_start = index < 0 ? index + size : index;
  const auto at = static_cast<std::size_t>(std::clamp<std::int64_t>(from_start, 0, size));
  if (!try_track_for(list, *value) || !try_reserve(list, list.size + 1)) return out_of_memory();
  relocate(list.storage + at + 1, list.storage + at, list.size - at);
  ::new (list.storage + at) Value(std::move(value));
  ++list.size;
  return {};
}

Result<Value> pop(List& list, std::int64_t index) {
  if (list.size == 0) return index_error("pop from empty list");
  const auto size = static_cast<std::int64_t>(list.size);
  const std::int64_t position = index < 0 ? index + size : index;
  if (position < 0 || position >= size) return index_error("pop index out of range");
  return take_out(list, static_cast<std::size_t>(position));
}

Result<void> remove(List& list, const Value& value) {
  const Result<std::size_t> position = position_in(list, value, 0, INT64_MAX);
  if (!position) return position.failure();
  if (*position == SIZE_MAX) return value_error("list.remove(x): x not in list");
  // Comparing may have emptied the list.
  const Value removed = *position < list.size ? take_out(list, *position) : nullptr;
  return {};
}

Result<std::size_t> index_of(const List& list, const Value& value, std::int64_t start,
                             std::int64_t stop) {
  Result<std::size_t> position = position_in(list, value, start, stop);
  if (!position || *position != SIZE_MAX) return position;
  Result<std::string> text = repr(value);
  if (!text) return text.failure();
  return value_error(*text + " is not in list");
}

Result<std::size_t> count(const List& list, const Value& value) { return count_in(list, value); }

Ref<List> copy(const List& list) noexcept {
  Ref<List> whole = make_list();
  if (!whole || list.size == 0) return whole;
  if (!try_set_capacity(*whole, list.size)) return nullptr;
  if (!try_append_copies(*whole, list.storage, list.size)) return nullptr;
  return whole;
}

void clear(List& list) noexcept { drop_items(list); }

void reverse(List& list) noexcept {
  for (std::size_t i = 0; i < list.size / 2; ++i)
    list.storage[i].swap(list.storage[list.size - 1 - i]);
}

}  // namespace exuvia::types
