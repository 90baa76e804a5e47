#include "exuvia/types/dict.hpp"

#include <utility>

#include "exuvia/types/list.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/dict_iteration.hpp"
#include "types/dict_lookup.hpp"
#include "types/recursion.hpp"
#include "types/tracking.hpp"

namespace exuvia::types {

namespace {

Dict& dict_in(Object& object) noexcept { return static_cast<Dict&>(object); }
const Dict& dict_in(const Object& object) noexcept { return static_cast<const Dict&>(object); }

using TextTable = Table<TextEntry>;
using PairTable = Table<PairEntry>;

void free_table(const Dict& dict, TableHead* table) noexcept {
  if (table == nullptr) return;
  runtime::Storage& storage = heap_of(dict).storage();
  if (table->holds_text) {
    TextTable::free(storage, static_cast<TextTable*>(table));
  } else {
    PairTable::free(storage, static_cast<PairTable*>(table));
  }
}

// A table of other entries or another size for the dict's items; false when memory is exhausted.
template <class Entry>
[[nodiscard]] bool try_rebuild(Dict& dict, unsigned shift) noexcept {
  auto* const table = Table<Entry>::try_new(heap_of(dict).storage(), shift);
  if (table == nullptr) return false;
  if (dict.table != nullptr) with_table(dict, [table](auto& old) { table->take_all(old); });
  free_table(dict, std::exchange(dict.table, table));
  return true;
}

// Room for one more item under a key of this kind. CPython's growth: three entries an item.
[[nodiscard]] bool try_make_room(Dict& dict, bool is_text) noexcept {
  const bool stays_text = is_text && (dict.table == nullptr || dict.table->holds_text);
  if (dict.table != nullptr && dict.table->usable > 0 && stays_text == dict.table->holds_text)
      [[likely]]
    return true;
  // The entries are two thirds of the indices; 3 * used indices hold twice the items.
  const unsigned shift = shift_for(dict.used == 0 ? 1 : dict.used * 2);
  return stays_text ? try_rebuild<TextEntry>(dict, shift) : try_rebuild<PairEntry>(dict, shift);
}

Result<void> insert_new(Dict& dict, const Value& key, Hash hash, Value value) {
  if (!try_track_for(dict, *key) || !try_track_for(dict, *value)) return out_of_memory();
  if (!try_make_room(dict, is<Str>(key))) return out_of_memory();
  with_table(dict, [&](auto& table) { table.add(hash, key, std::move(value)); });
  ++dict.used;
  return {};
}

// Takes the entry out and returns its value. What dies with the key dies last.
Value take_entry(Dict& dict, std::int32_t index) noexcept {
  return with_table(dict, [&](auto& table) {
    auto& entry = table.entries()[index];
    table.set_index(table.slot_of(entry.hash(), index), TableHead::kDeleted);
    --dict.used;
    Value value = std::move(entry.value);
    const Value key = std::move(entry.key);
    return value;
  });
}

Error no_key(const Value& key) {
  Result<std::string> text = repr(key);
  if (!text) return text.failure();
  return {ErrorKind::kKeyError, *std::move(text)};
}

// As next_item(), with the hash of the key.
bool next_entry(const Dict& dict, std::size_t& position, Value* key, Value* value, Hash* hash) {
  if (dict.table == nullptr) return false;
  return with_table(dict, [&](const auto& table) {
    while (position < table.filled) {
      const auto& entry = table.entries()[position++];
      if (!entry.key) continue;
      *hash = entry.hash();
      // What they held before may die here and change the dict, so both are copied first.
      Value new_key = entry.key;
      Value new_value = entry.value;
      if (key != nullptr) key->swap(new_key);
      if (value != nullptr) value->swap(new_value);
      return true;
    }
    return false;
  });
}

Result<bool> equal_dicts(const Object& self, const Object& other) {
  if (!is<Dict>(other)) return false;
  const Dict& a = dict_in(self);
  const Dict& b = dict_in(other);
  if (a.used != b.used) return false;
  Value key;
  Value value;
  Hash hash = 0;
  for (std::size_t at = 0; next_entry(a, at, &key, &value, &hash);) {
    const Result<std::int32_t> found = find_in(b, key, hash);
    if (!found) return found.failure();
    if (*found == kNoEntry) return false;
    const Value there = value_at(b, *found);
    if (same(there, value)) continue;
    Result<bool> is_equal = equal(there, value);
    if (!is_equal || !*is_equal) return is_equal;
  }
  return true;
}

Result<void> repr_dict(const Object& object, std::string& out) {
  const ReprScope scope(object);
  if (!scope.is_first()) {
    out += "{...}";
    return {};
  }
  out += '{';
  Value key;
  Value value;
  const char* before = "";
  for (std::size_t at = 0; next_item(dict_in(object), at, &key, &value); before = ", ") {
    out += before;
    if (Result<void> done = append_repr(*key, out); !done) return done;
    out += ": ";
    if (Result<void> done = append_repr(*value, out); !done) return done;
  }
  out += '}';
  return {};
}

Result<Value> iterate_dict(Object& self) {
  return iterate_items<ItemPart::kKey>(ref_to(dict_in(self)), Direction::kForwards);
}

Result<Value> getitem_dict(Object& self, const Value& key) {
  Result<Value> value = get(dict_in(self), key);
  if (value && !*value) return no_key(key);
  return value;
}

Result<void> setitem_dict(Object& self, const Value& key, Value value) {
  if (value) return set(dict_in(self), key, std::move(value));
  const Result<Value> taken = pop(dict_in(self), key);
  if (!taken) return taken.failure();
  return {};
}

Result<bool> dict_contains(const Object& self, const Object& key) {
  const Result<Value> value = get(dict_in(self), Value::to(const_cast<Object&>(key)));
  if (!value) return value.failure();
  return static_cast<bool>(*value);
}

Result<Value> binary_dict(Operator op, const Value& left, const Value& right) {
  const Dict* const a = as<Dict>(left);
  const Dict* const b = as<Dict>(right);
  if (op != Operator::kOr || a == nullptr || b == nullptr) return Value();
  const Result<Ref<Dict>> both = copy(*a);
  if (!both) return both.failure();
  const Result<void> done = update(**both, *b);
  if (!done) return done.failure();
  return Value(*both);
}

// |= with any mapping, or pairs.
Result<Value> change_dict(Operator op, const Value& left, const Value& right) {
  if (op != Operator::kOr) return Value();
  if (Result<void> done = update(*as<Dict>(left), right); !done) return done.failure();
  return left;
}

std::size_t extra_bytes_of_dict(const Object& self) noexcept {
  const Dict& dict = dict_in(self);
  return dict.table == nullptr ? 0
                               : with_table(dict, [](const auto& table) { return table.bytes(); });
}

}  // namespace

constinit const Type Dict::type{
    {.name = "dict",
     .size = sizeof(Dict),
     .trace = runtime::SlotsOf<Dict>::trace_slot(),
     .destroy = [](void* object) noexcept { clear(*static_cast<Dict*>(object)); }},
    {.equal = &equal_dicts,
     .repr = &repr_dict,
     .length = [](const Object& self) -> Result<std::size_t> { return dict_in(self).used; },
     .iterate = &iterate_dict,
     .contains = &dict_contains,
     .getitem = &getitem_dict,
     .setitem = &setitem_dict,
     .binary = &binary_dict,
     .in_place = &change_dict,
     .extra_bytes = &extra_bytes_of_dict}};

void Dict::trace(Visitor& v) const {
  if (table != nullptr) with_table(*this, [&v](const auto& t) { t.trace(v); });
}

Ref<Dict> make_dict() noexcept { return try_empty_container<Dict>(nullptr, 0U); }

Result<Ref<Dict>> dict_of(std::initializer_list<std::pair<Value, Value>> items) {
  Ref<Dict> dict = make_dict();
  if (!dict) return out_of_memory();
  for (const auto& [key, value] : items) {
    if (Result<void> done = set(*dict, key, value); !done) return done.failure();
  }
  return dict;
}

// Finding.

Result<std::int32_t> find_in(const Dict& dict, const Value& key, Hash hash) {
  return find_in_changing([&]() -> Result<std::int32_t> {
    if (dict.table == nullptr) return kNoEntry;
    if (!dict.table->holds_text) return find_entry<PairEntry>(dict, *key, hash);
    if (const Str* const name = as<Str>(key))
      return find_text(static_cast<const TextTable&>(*dict.table), *name, hash);
    return find_entry<TextEntry>(dict, *key, hash);
  });
}

std::int32_t find_equal_text(const Table<TextEntry>& table, const Str& name, Hash hash) noexcept {
  return find_if(table, hash, [&name](const Object& key) {
    return equal_text(static_cast<const Str&>(key), name);
  });
}

std::int32_t find_in_pairs(const Dict& dict, const Str& name) noexcept {
  const Value key = Value::to(const_cast<Str&>(name));
  const Result<std::int32_t> found = find_in(dict, key, text_hash(name));
  return found ? *found : kNoEntry;
}

std::int32_t find_in(const Dict& dict, const AsciiName& name) noexcept {
  if (dict.table == nullptr) return kNoEntry;
  return with_table(dict, [&name](const auto& table) {
    return find_if(table, name.hash(), [&name](const Object& key) {
      return is<Str>(key) && name.is_of(static_cast<const Str&>(key));
    });
  });
}

const Value& value_at(const Dict& dict, std::int32_t index) noexcept {
  if (dict.table->holds_text)
    return static_cast<const TextTable*>(dict.table)->entries()[index].value;
  return static_cast<const PairTable*>(dict.table)->entries()[index].value;
}

namespace {

// Then no code of the keys' runs.
bool may_look_by_name(const Dict& dict) noexcept {
  return dict.table == nullptr || dict.table->holds_text;
}

}  // namespace

Result<Value> get(const Dict& dict, const Value& key) {
  if (const Str* const name = as<Str>(key); name != nullptr && may_look_by_name(dict))
    return get(dict, *name);
  const Result<Hash> key_hash = hash(key);
  if (!key_hash) return key_hash.failure();
  const Result<std::int32_t> found = find_in(dict, key, *key_hash);
  if (!found) return found.failure();
  return *found == kNoEntry ? Value() : value_at(dict, *found);
}

Value get(const Dict& dict, const Str& name) noexcept {
  const std::int32_t found = find_in(dict, name);
  return found == kNoEntry ? Value() : value_at(dict, found);
}

bool next_item(const Dict& dict, std::size_t& position, Value* key, Value* value) {
  Hash hash = 0;
  return next_entry(dict, position, key, value, &hash);
}

// Changing.

namespace {

// The key is in the entry `found`, or nowhere.
Result<void> store(Dict& dict, std::int32_t found, const Value& key, Hash hash, Value value) {
  if (found == kNoEntry) return insert_new(dict, key, hash, std::move(value));
  if (!try_track_for(dict, *value)) return out_of_memory();
  with_table(dict, [&](auto& table) { table.entries()[found].value.swap(value); });
  return {};
}

Result<void> set_known(Dict& dict, const Value& key, Hash hash, Value value) {
  const Result<std::int32_t> found = find_in(dict, key, hash);
  if (!found) return found.failure();
  return store(dict, *found, key, hash, std::move(value));
}

}  // namespace

Result<void> set(Dict& dict, const Value& key, Value value) {
  if (const Str* const name = as<Str>(key); name != nullptr && may_look_by_name(dict))
    return store(dict, find_in(dict, *name), key, text_hash(*name), std::move(value));
  const Result<Hash> key_hash = hash(key);
  if (!key_hash) return key_hash.failure();
  return set_known(dict, key, *key_hash, std::move(value));
}

Result<Value> take(Dict& dict, const Value& key) {
  const Result<Hash> key_hash = hash(key);
  if (!key_hash) return key_hash.failure();
  const Result<std::int32_t> found = find_in(dict, key, *key_hash);
  if (!found) return found.failure();
  return *found == kNoEntry ? Value() : take_entry(dict, *found);
}

Result<Value> pop(Dict& dict, const Value& key) {
  Result<Value> value = take(dict, key);
  if (value && !*value) return no_key(key);
  return value;
}

namespace {

// The number of the last item's entry; kNoEntry if there is none.
std::int32_t last_entry(Dict& dict) noexcept {
  return dict.used == 0 ? kNoEntry : with_table(dict, [](auto& table) { return table.last(); });
}

// Whether the entry holds what the pair does.
bool holds_pair(const Dict& dict, std::int32_t index, const Tuple& pair) noexcept {
  return with_table(dict, [&](const auto& table) {
    const auto& entry = table.entries()[index];
    return same(entry.key, pair.items()[0]) && same(entry.value, pair.items()[1]);
  });
}

Result<Value> pair_at(const Dict& dict, std::int32_t index) {
  return with_table(dict, [index](const auto& table) {
    const auto& entry = table.entries()[index];
    return made(make_tuple({entry.key, entry.value}));
  });
}

}  // namespace

// The birth of the pair may change the dict: then it is another item's turn.
Result<Value> popitem(Dict& dict) {
  for (std::int32_t last = 0; (last = last_entry(dict)) != kNoEntry;) {
    Result<Value> pair = pair_at(dict, last);
    if (!pair) return pair;
    if (last != last_entry(dict) || !holds_pair(dict, last, *as<Tuple>(*pair))) continue;
    const Value taken = take_entry(dict, last);
    return pair;
  }
  return Error{ErrorKind::kKeyError, "'popitem(): dictionary is empty'"};
}

Result<Value> setdefault(Dict& dict, const Value& key, Value value) {
  const Result<Hash> key_hash = hash(key);
  if (!key_hash) return key_hash.failure();
  const Result<std::int32_t> found = find_in(dict, key, *key_hash);
  if (!found) return found.failure();
  if (*found != kNoEntry) return value_at(dict, *found);
  if (Result<void> done = insert_new(dict, key, *key_hash, value); !done) return done.failure();
  return value;
}

Result<void> update(Dict& dict, const Dict& other) {
  if (&dict == &other) return {};
  Value key;
  Value value;
  const std::size_t size = other.used;
  Hash hash = 0;
  for (std::size_t at = 0; next_entry(other, at, &key, &value, &hash);) {
    if (Result<void> done = set_known(dict, key, hash, value); !done) return done;
    if (other.used != size) return Error{ErrorKind::kRuntimeError, "dict mutated during update"};
  }
  return {};
}

Result<Ref<Dict>> copy(const Dict& dict) {
  Ref<Dict> made_copy = make_dict();
  if (!made_copy) return out_of_memory();
  const Result<void> done = update(*made_copy, dict);
  if (!done) return done.failure();
  return made_copy;
}

// The dict is empty already when its items go: what they run may look at it.
void clear(Dict& dict) noexcept {
  dict.used = 0;
  free_table(dict, std::exchange(dict.table, nullptr));
}

Result<Ref<Dict>> dict_from_keys(const Value& iterable, const Value& value) {
  Ref<Dict> dict = make_dict();
  if (!dict) return out_of_memory();
  const Result<void> done =
      for_each(iterable, [&](const Value& key) { return set(*dict, key, value); });
  if (!done) return done.failure();
  return dict;
}

namespace {

// One of the pairs that a dict is made of.
Result<void> set_pair(Dict& dict, const Value& item, std::size_t position) {
  const std::string what = "dictionary update sequence element #" + std::to_string(position);
  if (type_of(item).does.iterate == nullptr)
    return type_error("cannot convert " + what + " to a sequence");
  const Result<Ref<List>> pair = list_of(item);
  if (!pair) return pair.failure();
  const auto parts = (*pair)->items();
  if (parts.size() != 2) {
    return value_error(what + " has length " + std::to_string(parts.size()) + "; 2 is required");
  }
  return set(dict, parts[0], parts[1]);
}

}  // namespace

Result<void> update(Dict& dict, const Value& other) {
  if (const Dict* const mapping = as<Dict>(other)) return update(dict, *mapping);
  std::size_t position = 0;
  return for_each(other, [&](const Value& item) { return set_pair(dict, item, position++); });
}

Result<Ref<Dict>> dict_of(const Value& other) {
  Ref<Dict> dict = make_dict();
  if (!dict) return out_of_memory();
  const Result<void> done = update(*dict, other);
  if (!done) return done.failure();
  return dict;
}

}  // namespace exuvia::types
