// Dict: values by key, in order of insertion.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "exuvia/types/object.hpp"
#include "exuvia/types/str.hpp"

namespace exuvia::types {

struct TableHead;

//   | header 16 | table 8 | used 8 |
//
//   table: | head 16 | indices, 1, 2 or 4 bytes each … | entries in order of insertion … |
//
// A table takes its first room with the first item. While all keys are strings an entry is a key
// and a value, afterwards also the key's hash. A dict is tracked from the moment it holds something
// that may hold references.
struct Dict : Object {
  static const Type type;

  TableHead* table;  // null: no room yet
  std::size_t used;

  void trace(Visitor& v) const;
};

// Empty when memory is exhausted.
[[nodiscard]] Ref<Dict> make_dict() noexcept;
// {key: value, …}
[[nodiscard]] Result<Ref<Dict>> dict_of(std::initializer_list<std::pair<Value, Value>> items);

// The value of the key; empty if there is none. TypeError if the key is unhashable.
[[nodiscard]] Result<Value> get(const Dict& dict, const Value& key);
// For a name: never fails, calls no code of the keys'. Empty if there is none.
[[nodiscard]] Value get(const Dict& dict, const Str& name) noexcept;
// A failure leaves the dict as it was.
[[nodiscard]] Result<void> set(Dict& dict, const Value& key, Value value);
// Removes and returns the value; empty if there is none.
[[nodiscard]] Result<Value> take(Dict& dict, const Value& key);
// dict.pop(key): KeyError if there is none.
[[nodiscard]] Result<Value> pop(Dict& dict, const Value& key);
// The last item, a pair; KeyError if there is none.
[[nodiscard]] Result<Value> popitem(Dict& dict);
// The value of the key, which is `value` from now on if there was none.
[[nodiscard]] Result<Value> setdefault(Dict& dict, const Value& key, Value value);
[[nodiscard]] Result<void> update(Dict& dict, const Dict& other);
[[nodiscard]] Result<Ref<Dict>> copy(const Dict& dict);
void clear(Dict& dict) noexcept;

// The item at `position`, counted over live and deleted ones, or at the next live one: false at the
// end. Moves `position` past it. The dict must not change meanwhile, but for values.
[[nodiscard]] bool next_item(const Dict& dict, std::size_t& position, Value* key, Value* value);

// dict(other) and dict.update(other): of a dict, or of an iterable of pairs. What came before a
// failure stays.
[[nodiscard]] Result<Ref<Dict>> dict_of(const Value& other);
[[nodiscard]] Result<void> update(Dict& dict, const Value& other);
// dict.fromkeys(iterable, value)
[[nodiscard]] Result<Ref<Dict>> dict_from_keys(const Value& iterable, const Value& value);

// What a dict holds at any time. Views of keys and of items are like sets: they compare with sets
// and each other, and &, |, - and ^ with any iterable give a Set.
struct DictView : Object {
  Ref<Dict> dict;

  void trace(Visitor& v) const { v(dict); }
};
struct DictKeys : DictView {
  static const Type type;
};
struct DictValues : DictView {
  static const Type type;
};
struct DictItems : DictView {
  static const Type type;
};
[[nodiscard]] Result<Value> keys(Dict& dict);
[[nodiscard]] Result<Value> values(Dict& dict);
[[nodiscard]] Result<Value> items(Dict& dict);
// Whether keys or items have nothing in common with what iterating gives.
[[nodiscard]] Result<bool> is_disjoint(const DictView& view, const Value& iterable);
}  // namespace exuvia::types
