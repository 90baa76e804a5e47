// A dict's keys, values and items, as they are at any time.
#include "exuvia/types/dict.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/set.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/dict_iteration.hpp"
#include "types/recursion.hpp"

namespace exuvia::types {

namespace {

const Dict& dict_of_view(const Object& view) noexcept {
  return *static_cast<const DictView&>(view).dict;
}
Value value_of(const Object& object) noexcept { return Value::to(const_cast<Object&>(object)); }

Result<std::size_t> length_of_view(const Object& view) { return dict_of_view(view).used; }

Result<void> repr_view(const Object& view, std::string& out) {
  const ReprScope scope(view);
  if (!scope.is_first()) {
    out += "...";
    return {};
  }
  const Result<Ref<List>> items = list_of(value_of(view));
  if (!items) return items.failure();
  out.append(type_of(view).name).append("(");
  if (Result<void> done = append_repr(**items, out); !done) return done;
  out += ')';
  return {};
}

template <ItemPart kPart>
Result<Value> iterate_view(Object& view) {
  return iterate_items<kPart>(static_cast<DictView&>(view).dict, Direction::kForwards);
}

Result<bool> keys_contain(const Object& view, const Object& key) {
  return contains(Value(static_cast<const DictView&>(view).dict), value_of(key));
}

Result<bool> items_contain(const Object& view, const Object& item) {
  const Tuple* const pair = as<Tuple>(item);
  if (pair == nullptr || pair->size != 2) return false;
  const Result<Value> value = get(dict_of_view(view), pair->items()[0]);
  if (!value) return value.failure();
  if (!*value) return false;
  return same(*value, pair->items()[1]) ? Result<bool>(true) : equal(*value, pair->items()[1]);
}

// Keys and items are like sets.

bool is_a_view(const Object& object) noexcept {
  return is<DictKeys>(object) || is<DictItems>(object);
}
bool is_like_a_set(const Object& object) noexcept {
  return is_a_view(object) || as_set(object) != nullptr;
}

Result<bool> all_are_in(const Object& values, const Object& other) {
  const Value container = value_of(other);
  const Result<Value> iterator = iterate(value_of(values));
  if (!iterator) return iterator.failure();
  for (;;) {
    const Result<Value> value = next(*iterator);
    if (!value) return value.failure();
    if (!*value) return true;
    Result<bool> is_there = contains(container, *value);
    if (!is_there || !*is_there) return is_there;
  }
}

Result<bool> equal_views(const Object& self, const Object& other) {
  if (!is_like_a_set(other)) return false;
  if (*length(value_of(self)) != *length(value_of(other))) return false;
  return all_are_in(self, other);
}

Result<Ordering> order_views(const Object& self, const Object& other) {
  if (!is_like_a_set(other)) return Ordering::kUnsupported;
  const std::size_t a = *length(value_of(self));
  const std::size_t b = *length(value_of(other));
  const Result<bool> is_inside = a <= b ? all_are_in(self, other) : all_are_in(other, self);
  if (!is_inside) return is_inside.failure();
  if (!*is_inside) return Ordering::kUnordered;
  return a == b ? Ordering::kEqual : a < b ? Ordering::kLess : Ordering::kGreater;
}

Result<void> combine(Operator op, Set& set, const Value& other) {
  if (op == Operator::kOr) return update(set, other);
  if (op == Operator::kSubtract) return difference_update(set, other);
  return symmetric_difference_update(set, other);
}

// What iterating one gives that the other holds.
Result<Value> shared_values(const Value& given, const Value& holder) {
  const Ref<Set> shared = make_set();
  if (!shared) return out_of_memory();
  const Result<void> done = for_each(given, [&](const Value& value) -> Result<void> {
    const Result<bool> is_there = contains(holder, value);
    if (!is_there) return is_there.failure();
    return *is_there ? add(*shared, value) : Result<void>();
  });
  if (!done) return done.failure();
  return Value(shared);
}

// As CPython: the values are those of `other`, unless the view is shorter than another view, or as
// short as a set.
Result<Value> intersection(const Value& view, const Value& other) {
  const std::size_t size = *length(view);
  const bool gives_view =
      is<Set>(other) ? size <= as<Set>(other)->used : is_a_view(*other) && size < *length(other);
  return gives_view ? shared_values(view, other) : shared_values(other, view);
}

// With any iterable, on either side.
Result<Value> binary_view(Operator op, const Value& left, const Value& right) {
  const bool is_known = op == Operator::kAnd || op == Operator::kOr || op == Operator::kXor ||
                        op == Operator::kSubtract;
  if (!is_known) return Value();
  if (op == Operator::kAnd)
    return is_a_view(*left) ? intersection(left, right) : intersection(right, left);
  const Result<Ref<Set>> set = set_of(left);
  if (!set) return set.failure();
  const Result<void> done = combine(op, **set, right);
  if (!done) return done.failure();
  return Value(*set);
}

template <ItemPart kPart>
constexpr Protocol view_protocol() noexcept {
  return {.repr = &repr_view, .length = &length_of_view, .iterate = &iterate_view<kPart>};
}

template <ItemPart kPart>
constexpr Protocol set_like_protocol() noexcept {
  Protocol protocol = view_protocol<kPart>();
  protocol.equal = &equal_views;
  protocol.order = &order_views;
  protocol.contains = kPart == ItemPart::kKey ? &keys_contain : &items_contain;
  protocol.binary = &binary_view;
  return protocol;
}

template <class View>
Result<Value> view_of(Dict& dict) {
  Ref<View> view = try_build<View>(View::type, sizeof(View));
  if (!view) return out_of_memory();
  view->dict = ref_to(dict);
  return made(publish(std::move(view), true));
}

}  // namespace

constinit const Type DictKeys::type =
    native_type<DictKeys>("dict_keys", set_like_protocol<ItemPart::kKey>());
constinit const Type DictItems::type =
    native_type<DictItems>("dict_items", set_like_protocol<ItemPart::kBoth>());
constinit const Type DictValues::type =
    native_type<DictValues>("dict_values", view_protocol<ItemPart::kValue>());

Result<Value> keys(Dict& dict) { return view_of<DictKeys>(dict); }
Result<Value> values(Dict& dict) { return view_of<DictValues>(dict); }
Result<Value> items(Dict& dict) { return view_of<DictItems>(dict); }

// As CPython: asks the longer of two that can be asked.
Result<bool> is_disjoint(const DictView& view, const Value& iterable) {
  const Value self = value_of(view);
  const bool asks_other = is_like_a_set(*iterable) && *length(iterable) > view.dict->used;
  const Value& asked = asks_other ? iterable : self;
  const Result<Value> iterator = iterate(asks_other ? self : iterable);
  if (!iterator) return iterator.failure();
  for (;;) {
    const Result<Value> value = next(*iterator);
    if (!value) return value.failure();
    if (!*value) return true;
    const Result<bool> is_there = contains(asked, *value);
    if (!is_there) return is_there.failure();
    if (*is_there) return false;
  }
}

Result<Value> reversed_items(const Value& value) {
  constexpr Direction kBackwards = Direction::kBackwards;
  if (const Ref<Dict> dict = cast<Dict>(value))
    return iterate_items<ItemPart::kKey>(dict, kBackwards);
  if (const DictKeys* const view = as<DictKeys>(value))
    return iterate_items<ItemPart::kKey>(view->dict, kBackwards);
  if (const DictValues* const view = as<DictValues>(value))
    return iterate_items<ItemPart::kValue>(view->dict, kBackwards);
  if (const DictItems* const view = as<DictItems>(value))
    return iterate_items<ItemPart::kBoth>(view->dict, kBackwards);
  return Value();
}

}  // namespace exuvia::types
