#include "exuvia/types/tuple.hpp"

#include "exuvia/types/list.hpp"
#include "types/index_iterator.hpp"
#include "types/recursion.hpp"
#include "types/sequence_operators.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

const Tuple& tuple_in(const Object& object) noexcept { return static_cast<const Tuple&>(object); }

Value* slots_of(Tuple& tuple) noexcept { return reinterpret_cast<Value*>(&tuple + 1); }

std::size_t size_of_tuple(const void* object) noexcept {
  return sizeof(Tuple) + static_cast<const Tuple*>(object)->size * sizeof(Value);
}

void destroy_tuple(void* object) noexcept {
  auto& self = *static_cast<Tuple*>(object);
  drop_values(slots_of(self), self.size);
}

// CPython's tuplehash: the lanes of xxHash.
Result<Hash> hash_tuple(const Object& object) {
  constexpr std::uint64_t kPrime1 = 11400714785074694791U;
  constexpr std::uint64_t kPrime2 = 14029467366897019727U;
  constexpr std::uint64_t kPrime5 = 2870177450012600261U;
  const Deeper deeper;
  if (deeper.is_too_deep()) return Deeper::error("while hashing a tuple");
  const auto items = tuple_in(object).items();
  std::uint64_t accumulated = kPrime5;
  for (const Value& item : items) {
    Result<Hash> lane = hash(item);
    if (!lane) return lane;
    accumulated += static_cast<std::uint64_t>(*lane) * kPrime2;
    accumulated = (accumulated << 31 | accumulated >> 33) * kPrime1;
  }
  accumulated += items.size() ^ (kPrime5 ^ 3527539U);
  return accumulated == static_cast<std::uint64_t>(-1) ? 1546275796
                                                       : static_cast<Hash>(accumulated);
}

Result<void> repr_tuple(const Object& object, std::string& out) {
  const ReprScope scope(object);
  if (!scope.is_first()) {
    out += "(...)";
    return {};
  }
  out += '(';
  if (Result<void> done = append_items(tuple_in(object), out); !done) return done;
  out += tuple_in(object).size == 1 ? ",)" : ")";
  return {};
}

struct Items {
  using Sequence = Tuple;
  static std::size_t size(const Tuple& tuple) noexcept { return tuple.size; }
  static Result<Value> at(const Tuple& tuple, std::size_t i) { return Value(tuple.items()[i]); }
  static constexpr const char* kName = "tuple_iterator";
  static constexpr const char* kIndexed = "tuple";
  static constexpr const char* kRange = "tuple ";
};

// Its items are yet to be filled in.
[[gnu::always_inline]] inline Ref<Tuple> try_tuple(std::size_t size) noexcept {
  return try_atom_of<Tuple>(sizeof(Tuple) + size * sizeof(Value), size);
}

// The tuple, whole now; empty when memory is exhausted. As its birth does not count, a collection
// that is due runs now, which may change the list that the items come from.
[[gnu::always_inline]] inline void finish(Ref<Tuple>& tuple, bool calls_for_tracking) noexcept {
  heap_of(*tuple).collect_if_due();
  if (calls_for_tracking && !try_track_container(*tuple)) [[unlikely]]
    tuple.reset();
}

Result<Value> concatenated(const Tuple& a, const Tuple& b) {
  if (b.size == 0) return Value(ref_to(const_cast<Tuple&>(a)));
  if (a.size == 0) return Value(ref_to(const_cast<Tuple&>(b)));
  Ref<Tuple> whole = try_tuple(a.size + b.size);
  if (!whole) return out_of_memory();
  const bool first = copy_values(slots_of(*whole), a.items().data(), a.size);
  const bool second = copy_values(slots_of(*whole) + a.size, b.items().data(), b.size);
  finish(whole, first || second);
  return made(std::move(whole));
}

Result<Value> repeated(const Tuple& tuple, std::size_t copies) {
  const std::size_t size = tuple.size * copies;
  Ref<Tuple> whole = try_tuple(size);
  if (!whole) return out_of_memory();
  bool calls = false;
  for (std::size_t at = 0; at < size; at += tuple.size)
    calls = copy_values(slots_of(*whole) + at, tuple.items().data(), tuple.size);
  finish(whole, calls);
  return made(std::move(whole));
}

Result<Value> binary_tuple(Operator op, const Value& left, const Value& right) {
  constexpr SequenceOperators<Tuple> kOperators{&concatenated, &repeated,
                                                [] { return made(make_tuple({})); }};
  return kOperators(op, left, right);
}

}  // namespace

constinit const Type Tuple::type{
    {.name = "tuple",
     .size = sizeof(Tuple),
     .size_of = &size_of_tuple,
     .trace = runtime::SlotsOf<Tuple>::trace_slot(),
     .destroy = &destroy_tuple},
    {.equal = &equal_sequences<Tuple>,
     .hash = &hash_tuple,
     .compare = &compare_sequences<Tuple>,
     .repr = &repr_tuple,
     .length = [](const Object& self) -> Result<std::size_t> { return tuple_in(self).size; },
     .iterate = &iterate_by_index<Items>,
     .contains = &contains_item<Tuple>,
     .getitem = &item_at<Items>,
     .binary = &binary_tuple,
     .is_sequence = true,
     .is_atomic_when_untracked = true}};

namespace {
constinit const runtime::Binding binding{&Tuple::type, nullptr};
constinit Immortal<Tuple> nothing(binding, Object{}, std::size_t{0});
}  // namespace

Ref<Tuple> make_tuple(std::span<const Value> items) noexcept {
  if (items.empty()) return Ref<Tuple>::adopt(&nothing.object);
  Ref<Tuple> tuple = try_tuple(items.size());
  if (!tuple) return tuple;
  finish(tuple, copy_values(slots_of(*tuple), items.data(), items.size()));
  return tuple;
}

Result<Ref<Tuple>> tuple_of(const Value& iterable) {
  if (is<Tuple>(iterable)) return cast<Tuple>(iterable);
  const Result<Ref<List>> items = list_of(iterable);
  if (!items) return items.failure();
  Ref<Tuple> tuple = make_tuple((*items)->items());
  if (!tuple) return out_of_memory();
  return tuple;
}

Result<std::size_t> index_of(const Tuple& tuple, const Value& value, std::int64_t start,
                             std::int64_t stop) {
  Result<std::size_t> position = position_in(tuple, value, start, stop);
  if (!position || *position != SIZE_MAX) return position;
  return value_error("tuple.index(x): x not in tuple");
}

Result<std::size_t> count(const Tuple& tuple, const Value& value) { return count_in(tuple, value); }

}  // namespace exuvia::types
