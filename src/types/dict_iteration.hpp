// Iterators over a dict.
#pragma once

#include <algorithm>

#include "exuvia/types/dict.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/dict_lookup.hpp"

namespace exuvia::types {

// What an iterator gives of each item; a pair, of both.
enum class ItemPart { kKey, kValue, kBoth };
enum class Direction { kForwards, kBackwards };

// The live item before `position`, counted over live and deleted ones: false at the start. Moves
// `position` to it.
[[nodiscard]] inline bool previous_item(const Dict& dict, std::size_t& position, Value* key,
                                        Value* value) {
  if (dict.table == nullptr) return false;
  return with_table(dict, [&](const auto& table) {
    position = std::min<std::size_t>(position, table.filled);
    while (position > 0) {
      const auto& entry = table.entries()[--position];
      if (!entry.key) continue;
      *key = entry.key;
      *value = entry.value;
      return true;
    }
    return false;
  });
}

template <ItemPart kPart, Direction kDirection>
struct ItemIterator : Object {
  static const Type type;
  static constexpr bool kIsForwards = kDirection == Direction::kForwards;

  Ref<Dict> dict;  // empty once the end has been seen
  std::size_t position;
  std::size_t size;  // of the dict at the start
  std::size_t left;  // to be given

  void trace(Visitor& v) const { v(dict); }

  static Result<Value> next(Object& object) {
    auto& self = static_cast<ItemIterator&>(object);
    if (!self.dict) return Value();
    if (self.dict->used != self.size) {
      self.size = SIZE_MAX;  // as CPython: it fails ever after
      return Error{ErrorKind::kRuntimeError, "dictionary changed size during iteration"};
    }
    Value key;
    Value value;
    const bool has_item = kIsForwards ? next_item(*self.dict, self.position, &key, &value)
                                      : previous_item(*self.dict, self.position, &key, &value);
    // As CPython, only noticed forwards.
    const bool is_one_too_many = has_item && self.left-- == 0 && kIsForwards;
    if (!has_item || is_one_too_many) self.dict.reset();
    if (is_one_too_many)
      return Error{ErrorKind::kRuntimeError, "dictionary keys changed during iteration"};
    if (!has_item || kPart == ItemPart::kKey) return key;
    if (kPart == ItemPart::kValue) return value;
    return made(types::make_tuple({key, value}));
  }

  static std::size_t length_hint(const Object& object) noexcept {
    const auto& self = static_cast<const ItemIterator&>(object);
    if (!self.dict || self.dict->used != self.size) return 0;
    return std::min(self.left, self.size);  // its items may have been exchanged
  }

  static constexpr const char* name() noexcept {
    if constexpr (kPart == ItemPart::kKey)
      return kIsForwards ? "dict_keyiterator" : "dict_reversekeyiterator";
    if constexpr (kPart == ItemPart::kValue)
      return kIsForwards ? "dict_valueiterator" : "dict_reversevalueiterator";
    return kIsForwards ? "dict_itemiterator" : "dict_reverseitemiterator";
  }
};

template <ItemPart kPart, Direction kDirection>
constinit const Type ItemIterator<kPart, kDirection>::type =
    native_type<ItemIterator<kPart, kDirection>>(name(), {.iterate = &iterate_itself,
                                                          .next = &next,
                                                          .length_hint = &length_hint});

template <class Iterator>
Result<Value> made_iterator(const Ref<Dict>& dict, std::size_t start) {
  Ref<Iterator> iterator =
      try_build<Iterator>(Iterator::type, sizeof(Iterator), dict, start, dict->used, dict->used);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

template <ItemPart kPart>
Result<Value> iterate_items(const Ref<Dict>& dict, Direction direction) {
  return direction == Direction::kForwards
             ? made_iterator<ItemIterator<kPart, Direction::kForwards>>(dict, 0)
             : made_iterator<ItemIterator<kPart, Direction::kBackwards>>(dict, SIZE_MAX);
}

// An iterator from the end of a dict or a view of one; an empty Value for what is none.
[[nodiscard]] Result<Value> reversed_items(const Value& value);

}  // namespace exuvia::types
