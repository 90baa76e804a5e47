#include "exuvia/types/int.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/slice.hpp"
#include "exuvia/types/weak_containers.hpp"
#include "types/allocate.hpp"
#include "types/defaults.hpp"
#include "types/dict_iteration.hpp"
#include "types/instance.hpp"
#include "types/special_methods.hpp"

namespace exuvia::types {

namespace {

struct ReverseIterator : Object {
  static const Type type;

  Value sequence;  // empty once the end has been seen
  std::int64_t position;

  void trace(Visitor& v) const { v(sequence); }

  // A failure is the end too, and that of an index which has gone is nothing more.
  static Result<Value> next(Object& object) {
    auto& self = static_cast<ReverseIterator&>(object);
    Value sequence = std::exchange(self.sequence, nullptr);
    if (!sequence || self.position < 0) return Value();
    const Ref<Int> index = make_int(self.position);
    if (!index) return out_of_memory();
    Result<Value> item = getitem(sequence, index);
    if (!item && item.error().kind == ErrorKind::kIndexError) return Value();
    if (!item) return item;
    --self.position;
    self.sequence = std::move(sequence);
    return item;
  }

  static std::size_t length_hint(const Object& object) noexcept {
    const auto& self = static_cast<const ReverseIterator&>(object);
    return self.sequence ? static_cast<std::size_t>(self.position + 1) : 0;
  }
};
constinit const Type ReverseIterator::type =
    native_type<ReverseIterator>("reversed", {.iterate = &iterate_itself,
                                              .next = &ReverseIterator::next,
                                              .length_hint = &ReverseIterator::length_hint});

Result<Value> walk_backwards(const Value& sequence) {
  const Result<std::size_t> size = length(sequence);
  if (!size) return size.failure();
  Ref<ReverseIterator> iterator =
      try_build<ReverseIterator>(ReverseIterator::type, sizeof(ReverseIterator), sequence,
                                 static_cast<std::int64_t>(*size) - 1);
  if (!iterator) return out_of_memory();
  return made(publish(std::move(iterator), true));
}

// What has a length and answers getitem, but not by keys.
bool is_sequence(const Value& value) noexcept {
  const Protocol& does = type_of(value).does;
  const bool is_mapping = is<WeakValueDict>(value) || is<WeakKeyDict>(value);
  return does.length != nullptr && does.getitem != nullptr && !is_mapping;
}

Error not_reversible(const Value& value) {
  return type_error("'" + type_name(*value) + "' object is not reversible");
}

Result<Value> reversed_instance(const Value& value, const Class& of) {
  if (const Value method = special(of, "__reversed__"))
    return is_none(method) ? not_reversible(value) : ask(*value, "__reversed__");
  return special(of, "__getitem__") ? walk_backwards(value) : not_reversible(value);
}

}  // namespace

Result<Value> reversed(const Value& value) {
  const WeakProxy* const proxy = as<WeakProxy>(value);
  const Value object = proxy != nullptr ? proxy->target.lock() : value;
  if (!object)
    return Error{ErrorKind::kReferenceError, "weakly-referenced object no longer exists"};
  Result<Value> items = reversed_items(object);
  if (!items || *items) return items;
  if (const Ref<Class> of = class_of(*object)) return reversed_instance(object, *of);
  return is_sequence(object) ? walk_backwards(object) : not_reversible(object);
}

}  // namespace exuvia::types
