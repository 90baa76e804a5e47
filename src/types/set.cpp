#include "exuvia/types/set.hpp"

#include <algorithm>
#include <utility>

#include "exuvia/types/str.hpp"
#include "types/defaults.hpp"
#include "types/recursion.hpp"
#include "types/set_updates.hpp"
#include "types/table.hpp"
#include "types/tracking.hpp"

namespace exuvia::types {

namespace {

using SetTable = Table<SetEntry>;

AnySet& set_in(Object& object) noexcept { return static_cast<AnySet&>(object); }
const AnySet& set_in(const Object& object) noexcept { return static_cast<const AnySet&>(object); }
SetTable& table_of(const AnySet& set) noexcept { return static_cast<SetTable&>(*set.table); }

[[nodiscard]] bool try_make_room(AnySet& set) noexcept {
  if (set.table != nullptr && set.table->usable > 0) [[likely]]
    return true;
  runtime::Storage& storage = heap_of(set).storage();
  SetTable* const table = SetTable::try_new(storage, shift_for(set.used == 0 ? 1 : set.used * 2));
  if (table == nullptr) return false;
  if (set.table != nullptr) {
    table->take_all(table_of(set));
    SetTable::free(storage, &table_of(set));
  }
  set.table = table;
  return true;
}

Result<std::int32_t> find_in(const AnySet& set, const Object& value, Hash hash) {
  return find_in_changing([&]() -> Result<std::int32_t> {
    if (set.table == nullptr) return kNoEntry;
    return find_entry<SetEntry>(set, value, hash);
  });
}

Hash hash_whatever_the_order(const AnySet& set);

// A set that is looked for is taken for a frozenset.
Result<Hash> hash_of_sought(const Object& value) {
  if (const Set* const set = as<Set>(value)) return hash_whatever_the_order(*set);
  return hash(value);
}

Result<bool> holds(const AnySet& set, const Object& value, Hash hash) {
  const Result<std::int32_t> found = find_in(set, value, hash);
  if (!found) return found.failure();
  return *found != kNoEntry;
}

Result<bool> holds(const AnySet& set, const Object& value) {
  const Result<Hash> value_hash = hash_of_sought(value);
  if (!value_hash) return value_hash.failure();
  return holds(set, value, *value_hash);
}

Result<void> add_to(AnySet& set, const Value& value, Hash hash) {
  const Result<std::int32_t> found = find_in(set, *value, hash);
  if (!found) return found.failure();
  if (*found != kNoEntry) return {};
  if (!try_track_for(set, *value) || !try_make_room(set)) return out_of_memory();
  table_of(set).add(hash, value, nullptr);
  ++set.used;
  return {};
}

Result<void> add_to(AnySet& set, const Value& value) {
  const Result<Hash> value_hash = hash(value);
  if (!value_hash) return value_hash.failure();
  return add_to(set, value, *value_hash);
}

// The value at `position` or after, or an empty one, and its hash; moves `position` past it.
Value next_value(const AnySet& set, std::size_t& position, Hash* hash = nullptr) noexcept {
  while (set.table != nullptr && position < set.table->filled) {
    const SetEntry& entry = table_of(set).entries()[position++];
    if (!entry.key) continue;
    if (hash != nullptr) *hash = entry.known_hash;
    return entry.key;
  }
  return nullptr;
}

Result<bool> is_subset(const AnySet& a, const AnySet& b) {
  if (a.used > b.used) return false;
  Hash hash = 0;
  for (std::size_t at = 0; const Value value = next_value(a, at, &hash);) {
    Result<bool> there = holds(b, *value, hash);
    if (!there || !*there) return there;
  }
  return true;
}

Result<bool> equal_sets(const Object& self, const Object& other) {
  const AnySet* const b = as_set(other);
  if (b == nullptr || b->used != set_in(self).used) return false;
  return is_subset(set_in(self), *b);
}

Result<Ordering> order_sets(const Object& self, const Object& other) {
  const AnySet* const b = as_set(other);
  if (b == nullptr) return Ordering::kUnsupported;
  const AnySet& a = set_in(self);
  const bool is_smaller = a.used <= b->used;
  const Result<bool> is_inside = is_smaller ? is_subset(a, *b) : is_subset(*b, a);
  if (!is_inside) return is_inside.failure();
  if (!*is_inside) return Ordering::kUnordered;
  return a.used == b->used ? Ordering::kEqual : is_smaller ? Ordering::kLess : Ordering::kGreater;
}

// Each hash is scattered, then all are joined by exclusive or.
Hash hash_whatever_the_order(const AnySet& set) {
  std::uint64_t joined = (set.used + 1) * 1927868237U;
  for (std::uint32_t i = 0; set.table != nullptr && i < set.table->filled; ++i) {
    const SetEntry& entry = table_of(set).entries()[i];
    if (!entry.key) continue;
    const auto h = static_cast<std::uint64_t>(entry.known_hash);
    joined ^= (h ^ 89869747U ^ (h << 16)) * 3644798167U;
  }
  joined = (joined ^ (joined >> 11) ^ (joined >> 25)) * 69069U + 907133923U;
  return static_cast<Hash>(joined);
}

Result<Hash> hash_frozenset(const Object& self) { return hash_whatever_the_order(set_in(self)); }

Result<void> append_values(const AnySet& set, std::string& out) {
  const char* before = "";
  for (std::size_t at = 0; const Value value = next_value(set, at); before = ", ") {
    out += before;
    if (Result<void> done = append_repr(*value, out); !done) return done;
  }
  return {};
}

Result<void> repr_set(const Object& object, std::string& out) {
  const AnySet& set = set_in(object);
  const std::string name = type_name(object);
  const ReprScope scope(object);
  if (set.used == 0 || !scope.is_first()) {
    out.append(name).append(set.used == 0 ? "()" : "(...)");
    return {};
  }
  const bool is_frozen = is<FrozenSet>(object);
  if (is_frozen) out.append(name).append("(");
  out += '{';
  if (Result<void> done = append_values(set, out); !done) return done;
  out.append("}").append(is_frozen ? ")" : "");
  return {};
}

struct SetIterator : Object {
  static const Type type;

  Ref<AnySet> set;  // empty once the end has been seen
  std::size_t position;
  std::size_t size;  // of the set at the start
  std::size_t left;  // to be given

  void trace(Visitor& v) const { v(set); }

  static Result<Value> next(Object& object) {
    auto& self = static_cast<SetIterator&>(object);
    if (!self.set) return Value();
    if (self.set->used != self.size) {
      self.size = SIZE_MAX;
      return Error{ErrorKind::kRuntimeError, "Set changed size during iteration"};
    }
    Value value = next_value(*self.set, self.position);
    if (!value) self.set.reset();
    --self.left;
    return value;
  }

  static std::size_t length_hint(const Object& object) noexcept {
    const auto& self = static_cast<const SetIterator&>(object);
    if (!self.set || self.set->used != self.size) return 0;
    return std::min(self.left, self.size);  // its items may have been exchanged
  }
};

constinit const Type SetIterator::type =
    native_type<SetIterator>("set_iterator", {.iterate = &iterate_itself,
                                              .next = &SetIterator::next,
                                              .length_hint = &SetIterator::length_hint});

Result<Value> iterate_set(Object& self) {
  Ref<SetIterator> iterator =
      try_build<SetIterator>(SetIterator::type, sizeof(SetIterator), ref_to(set_in(self)),
                             std::size_t{0}, set_in(self).used, set_in(self).used);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

Result<void> add_set(AnySet& set, const AnySet& other) {
  Hash hash = 0;
  for (std::size_t at = 0; const Value value = next_value(other, at, &hash);)
    if (Result<void> done = add_to(set, value, hash); !done) return done;
  return {};
}

Result<void> add_all(AnySet& set, const Value& iterable) {
  if (const AnySet* const other = as_set(*iterable)) return add_set(set, *other);
  return for_each(iterable, [&set](const Value& value) { return add_to(set, value); });
}

// The values of `from` that `in` holds, or does not hold, go into `to`.
Result<void> add_those(AnySet& to, const AnySet& from, const AnySet& in, bool held) {
  Hash hash = 0;
  for (std::size_t at = 0; const Value value = next_value(from, at, &hash);) {
    const Result<bool> is_held = holds(in, *value, hash);
    if (!is_held) return is_held.failure();
    if (*is_held != held) continue;
    if (Result<void> done = add_to(to, value, hash); !done) return done;
  }
  return {};
}

Result<void> combine(Operator op, AnySet& to, const Value& left, const Value& right) {
  const AnySet& a = set_in(*left);
  const AnySet& b = set_in(*right);
  // As CPython: equal values are taken from the smaller set, or from the right one.
  if (op == Operator::kAnd)
    return a.used < b.used ? add_those(to, a, b, true) : add_those(to, b, a, true);
  if (op == Operator::kOr) {
    if (Result<void> done = add_set(to, a); !done) return done;
    return add_set(to, b);
  }
  Result<void> done = add_those(to, a, b, false);
  return done && op == Operator::kXor ? add_those(to, b, a, false) : done;
}

template <class T>
Result<Value> combined(Operator op, const Value& left, const Value& right) {
  Ref<T> result = try_empty_container<T>();
  if (!result) return out_of_memory();
  const Result<void> done = combine(op, *result, left, right);
  if (!done) return done.failure();
  return Value(std::move(result));
}

Result<Value> binary_set(Operator op, const Value& left, const Value& right) {
  const bool is_known = op == Operator::kAnd || op == Operator::kOr || op == Operator::kXor ||
                        op == Operator::kSubtract;
  if (!is_known || as_set(*left) == nullptr || as_set(*right) == nullptr) return Value();
  return is<Set>(left) ? combined<Set>(op, left, right) : combined<FrozenSet>(op, left, right);
}

void drop_values(AnySet& set) noexcept {
  set.used = 0;
  auto* const table = static_cast<SetTable*>(std::exchange(set.table, nullptr));
  if (table != nullptr) SetTable::free(heap_of(set).storage(), table);
}

void destroy_set(void* object) noexcept { drop_values(*static_cast<AnySet*>(object)); }

constexpr Protocol set_protocol() noexcept {
  return {.equal = &equal_sets,
          .order = &order_sets,
          .repr = &repr_set,
          .length = [](const Object& self) -> Result<std::size_t> { return set_in(self).used; },
          .iterate = &iterate_set,
          .contains = [](const Object& self, const Object& item) -> Result<bool> {
            return holds(set_in(self), item);
          },
          .binary = &binary_set,
          .extra_bytes = [](const Object& self) noexcept -> std::size_t {
            return set_in(self).table == nullptr ? 0 : table_of(set_in(self)).bytes();
          },
          .is_weakly_referable = true};
}

// With sets only on the right.
Result<Value> change_mutable_set(Operator op, const Value& left, const Value& right) {
  return as_set(*right) == nullptr ? Value() : change_set<Set>(op, left, right);
}

constexpr Protocol mutable_set_protocol() noexcept {
  Protocol protocol = set_protocol();
  protocol.in_place = &change_mutable_set;
  return protocol;
}

constexpr Protocol frozenset_protocol() noexcept {
  Protocol protocol = set_protocol();
  protocol.hash = &hash_frozenset;
  protocol.is_atomic_when_untracked = true;
  return protocol;
}

}  // namespace

constinit const Type Set::type{{.name = "set",
                                .size = sizeof(Set),
                                .trace = runtime::SlotsOf<AnySet>::trace_slot(),
                                .destroy = &destroy_set},
                               mutable_set_protocol()};
constinit const Type FrozenSet::type{{.name = "frozenset",
                                      .size = sizeof(FrozenSet),
                                      .trace = runtime::SlotsOf<AnySet>::trace_slot(),
                                      .destroy = &destroy_set},
                                     frozenset_protocol()};

void AnySet::trace(Visitor& v) const {
  if (table != nullptr) table_of(*this).trace(v);
}

const AnySet* as_set(const Object& value) noexcept {
  return is<Set>(value) || is<FrozenSet>(value) ? static_cast<const AnySet*>(&value) : nullptr;
}

Ref<Set> make_set() noexcept { return try_empty_container<Set>(); }

Result<Ref<Set>> set_of(const Value& iterable) {
  Ref<Set> set = make_set();
  if (!set) return out_of_memory();
  const Result<void> done = add_all(*set, iterable);
  if (!done) return done.failure();
  return set;
}

Result<Ref<FrozenSet>> frozenset_of(const Value& iterable) {
  if (is<FrozenSet>(iterable)) return cast<FrozenSet>(iterable);
  Ref<FrozenSet> set = try_empty_container<FrozenSet>();
  if (!set) return out_of_memory();
  const Result<void> done = add_all(*set, iterable);
  if (!done) return done.failure();
  return set;
}

Result<void> add(Set& set, const Value& value) { return add_to(set, value); }

Result<void> update(Set& set, const Value& iterable) {
  return iterable.get() == &set ? Result<void>() : add_all(set, iterable);
}

namespace {

Value take_entry(Set& set, std::int32_t index) noexcept {
  SetTable& table = table_of(set);
  SetEntry& entry = table.entries()[index];
  table.set_index(table.slot_of(entry.known_hash, index), TableHead::kDeleted);
  --set.used;
  return std::move(entry.key);
}

}  // namespace

Result<bool> discard(Set& set, const Value& value) {
  const Result<Hash> value_hash = hash_of_sought(*value);
  if (!value_hash) return value_hash.failure();
  const Result<std::int32_t> found = find_in(set, *value, *value_hash);
  if (!found) return found.failure();
  if (*found == kNoEntry) return false;
  const Value taken = take_entry(set, *found);
  return true;
}

Result<Value> pop(Set& set) {
  if (set.used == 0) return Error{ErrorKind::kKeyError, "'pop from an empty set'"};
  return take_entry(set, table_of(set).last());
}

Result<void> remove(Set& set, const Value& value) {
  const Result<bool> was_there = discard(set, value);
  if (!was_there) return was_there.failure();
  if (*was_there) return {};
  Result<std::string> text = repr(value);
  if (!text) return text.failure();
  return Error{ErrorKind::kKeyError, *std::move(text)};
}

void clear(Set& set) noexcept { drop_values(set); }

}  // namespace exuvia::types
