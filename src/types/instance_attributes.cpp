// The attributes that instances have, and how the class answers for them.
#include <algorithm>

#include "exuvia/types/none.hpp"
#include "types/dict_lookup.hpp"
#include "types/instance.hpp"
#include "types/special_methods.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

// What an instance keeps under the name; null if that is nothing.
template <class Name>
[[gnu::always_inline]] inline const Value* find_own(const SlotInstance& self,
                                                    const Name& name) noexcept {
  const std::int32_t position = find_in(*self.of->shape, name);
  return position == kNoEntry ? nullptr : slots_of(self) + position;
}
template <class Name>
[[gnu::always_inline]] inline const Value* find_own(const Instance& self,
                                                    const Name& name) noexcept {
  if (self.dict) {
    const std::int32_t found = find_in(*self.dict, name);
    return found == kNoEntry ? nullptr : &value_at(*self.dict, found);
  }
  if (self.values == nullptr) return nullptr;
  const std::int32_t position = find_in(*self.of->shape, name);
  const bool has_room = static_cast<std::size_t>(position) < self.values->capacity;
  return position == kNoEntry || !has_room ? nullptr : self.values->begin() + position;
}
template <class Name>
const Value* find_own(const Object& instance, const Name& name) noexcept {
  const Value* const found = is_slot_instance(instance)
                                 ? find_own(static_cast<const SlotInstance&>(instance), name)
                                 : find_own(static_cast<const Instance&>(instance), name);
  return found != nullptr && *found ? found : nullptr;
}

}  // namespace

Value own_attribute(const Object& instance, const AsciiName& name) noexcept {
  const Value* const found = find_own(instance, name);
  return found != nullptr ? *found : nullptr;
}

Result<Ref<Dict>> dict_of_instance(Instance& self) {
  if (self.dict) return self.dict;
  Ref<Dict> dict = make_dict();
  if (!dict) return out_of_memory();
  if (self.dict) return self.dict;  // its birth may have run code that asked for it
  Value name;
  const std::size_t capacity = self.values == nullptr ? 0 : self.values->capacity;
  for (std::size_t at = 0, i = 0; i < capacity && next_item(*self.of->shape, at, &name, nullptr);
       ++i) {
    const Value& value = self.values->begin()[i];
    if (!value) continue;
    if (Result<void> done = set(*dict, name, value); !done) return done.failure();
  }
  self.dict = dict;
  free_values(self, std::exchange(self.values, nullptr));
  return dict;
}

// Asking.

namespace {

Error no_attribute(const Object& instance, const Str& name) {
  return {ErrorKind::kAttributeError,
          "'" + type_name(instance) + "' object has no attribute '" + name.to_utf8() + "'"};
}

// __class__ and __dict__ of an instance; empty for other names.
Result<Value> described(Object& self, const Str& name) {
  if (AsciiName("__class__").is_of(name)) return Value(class_of(self));
  if (!is_dict_instance(self) || !AsciiName("__dict__").is_of(name)) return Value();
  Result<Ref<Dict>> attributes = dict_of_instance(static_cast<Instance&>(self));
  if (!attributes) return attributes.failure();
  return Value(*std::move(attributes));
}

// What has only __set__ is not asked for the value.
bool may_be_bound(const Object& attribute) {
  return own_class(attribute) != nullptr ? static_cast<bool>(method_of(attribute, "__get__"))
                                         : type_of(attribute).does.bind != nullptr;
}

// What is no attribute of the instance's own.
Result<Value> get_attribute_of_class(Object& instance, Class& of, const Str& name) {
  if (const Value found = class_attribute(of, name))
    return bound(found, Value::to(instance), ref_to(of));
  Result<Value> answer = described(instance, name);
  if (!answer || *answer) return answer;
  return no_attribute(instance, name);
}

}  // namespace

// In Python's order: what is responsible for the name, the instance's own, the class's.
Result<Value> get_own_attribute(Object& instance, const Value& name) {
  const Str& text = *as<Str>(name);
  Class& of = *own_class(instance);
  if (is_true_of_any(of, &Class::has_assign)) {
    const Value responsible = find_responsible(of, text);
    if (responsible && may_be_bound(*responsible))
      return bound(responsible, Value::to(instance), ref_to(of));
  }
  if (const Value* const own = find_own(instance, text)) return *own;
  return get_attribute_of_class(instance, of, text);
}

namespace {

// What __getattr__ says instead of `failure`.
Result<Value> ask_for_absent(Object& self, const Value& name, const Result<Value>& failure) {
  Result<Value> answer = ask(self, "__getattr__", {name});
  return !answer || *answer ? answer : failure;
}

}  // namespace

namespace {

[[gnu::noinline]] Result<Value> get_attribute(Object& self, const Value& name) {
  Result<Value> found = get_own_attribute(self, name);
  if (!found && found.error().kind == ErrorKind::kAttributeError) [[unlikely]]
    found = ask_for_absent(self, name, found);
  return found;
}

}  // namespace

// Most attributes are the instance's own, and most classes have none that is asked before.
template <class T>
Result<Value> AttributeSlots<T>::getattr(Object& self, const Value& name) {
  const T& instance = static_cast<const T&>(self);
  if (!is_true_of_any(*instance.of, &Class::has_assign)) [[likely]] {
    const Value* const own = find_own(instance, static_cast<const Str&>(*name));
    if (own != nullptr && *own) [[likely]]
      return *own;
  }
  return get_attribute(self, name);
}

// Setting.

namespace {

// CPython's SHARED_KEYS_MAX_SIZE.
constexpr std::size_t kMostShared = 30;

[[nodiscard]] bool try_reserve(Instance& self, std::size_t capacity) noexcept {
  runtime::Storage& storage = heap_of(self).storage();
  void* const memory = storage.allocate(Instance::Values::bytes_for(capacity));
  if (memory == nullptr) return false;
  auto* const values = ::new (memory) Instance::Values{capacity};
  const std::size_t kept = self.values == nullptr ? 0 : self.values->capacity;
  if (self.values != nullptr) {
    relocate(values->begin(), self.values->begin(), kept);
    storage.deallocate(self.values, Instance::Values::bytes_for(kept));
  }
  std::uninitialized_value_construct_n(values->begin() + kept, capacity - kept);
  self.values = values;
  return true;
}

// The name's position in the class's shape, which learns it if it may; kNoEntry if it may not.
Result<std::int32_t> position_in_shape(Class& of, const Value& name) {
  const std::int32_t known = find_in(*of.shape, *as<Str>(name));
  if (known != kNoEntry || of.shape->used >= kMostShared) return known;
  const Result<void> learnt = set(*of.shape, name, none());
  if (!learnt) return learnt.failure();
  return static_cast<std::int32_t>(of.shape->used) - 1;
}

bool has(const Instance& self, std::size_t position) noexcept {
  return self.values != nullptr && position < self.values->capacity &&
         self.values->begin()[position] != nullptr;
}

// Whether an attribute at this position would come after all that the instance has.
bool is_next(const Instance& self, std::size_t position) noexcept {
  if (self.values == nullptr || position >= self.values->capacity) return true;
  const Value* const begin = self.values->begin();
  return std::all_of(begin + position, begin + self.values->capacity,
                     [](const Value& value) { return !value; });
}

Result<void> set_shared(Instance& self, std::size_t position, Value value) {
  const std::size_t capacity = self.values == nullptr ? 0 : self.values->capacity;
  if (position >= capacity) {
    const std::size_t wanted = std::max({self.of->shape->used, position + 1, capacity * 3 / 2});
    if (!try_reserve(self, std::min(wanted, kMostShared))) return out_of_memory();
  }
  self.values->begin()[position].swap(value);
  return {};
}

Result<void> delete_attribute(Instance& self, const Value& name) {
  if (find_own(static_cast<const Object&>(self), *as<Str>(name)) == nullptr)
    return no_attribute(self, *as<Str>(name));
  if (self.dict) {
    const Result<Value> taken = take(*self.dict, name);
    if (!taken) return taken.failure();
  } else {
    const std::int32_t position = find_in(*self.of->shape, *as<Str>(name));
    const Value taken = std::move(self.values->begin()[position]);
  }
  return {};
}

Result<void> set_attribute(Instance& self, const Value& name, Value& value) {
  if (!value) return delete_attribute(self, name);
  if (self.dict) return set(*self.dict, name, std::move(value));
  const Result<std::int32_t> position = position_in_shape(*self.of, name);
  if (!position) return position.failure();
  const auto at = static_cast<std::size_t>(*position);
  if (*position != kNoEntry && (has(self, at) || is_next(self, at)))
    return set_shared(self, at, std::move(value));
  const Result<Ref<Dict>> dict = dict_of_instance(self);
  if (!dict) return dict.failure();
  return set(**dict, name, std::move(value));
}

[[gnu::noinline, gnu::cold]] Result<void> no_slot(const SlotInstance& self, const Str& name) {
  Error failure = no_attribute(self, name);
  if (class_attribute(*self.of, name))
    failure.message =
        "'" + type_name(self) + "' object attribute '" + name.to_utf8() + "' is read-only";
  return failure;
}

[[gnu::noinline, gnu::cold]] Result<void> empty_slot(const Str& name) {
  return Error{ErrorKind::kAttributeError, name.to_utf8()};
}

Result<void> set_attribute(SlotInstance& self, const Value& name, Value& value) {
  const Str& text = static_cast<const Str&>(*name);
  const std::int32_t position = find_in(*self.of->shape, text);
  if (position == kNoEntry) [[unlikely]]
    return no_slot(self, text);
  Value& slot = slots_of(self)[position];
  if (!value && !slot) [[unlikely]]
    return empty_slot(text);
  slot.swap(value);
  return {};
}

}  // namespace

Result<void> set_own_attribute(Object& instance, const Value& name, Value value) {
  const Class& of = *own_class(instance);
  if (is_true_of_any(of, &Class::has_assign)) {
    if (const Value found = find_responsible(of, *as<Str>(name)))
      return type_of(found).does.assign(*found, Value::to(instance), std::move(value));
  }
  if (is_slot_instance(instance))
    return set_attribute(static_cast<SlotInstance&>(instance), name, value);
  return set_attribute(static_cast<Instance&>(instance), name, value);
}

namespace {

[[gnu::noinline]] Result<void> set_as_class_says(Object& self, const Value& name, Value& value) {
  if (!is_true_of_any(*own_class(self), &Class::has_setattr))
    return set_own_attribute(self, name, std::move(value));
  const Result<Value> answer =
      value ? ask(self, "__setattr__", {name, value}) : ask(self, "__delattr__", {name});
  if (!answer) return answer.failure();
  return *answer ? Result<void>() : set_own_attribute(self, name, std::move(value));
}

}  // namespace

template <class T>
Result<void> AttributeSlots<T>::setattr(Object& self, const Value& name, Value value) {
  T& instance = static_cast<T&>(self);
  const Class& of = *instance.of;
  if (is_true_of_any(of, &Class::has_setattr) || is_true_of_any(of, &Class::has_assign))
      [[unlikely]]
    return set_as_class_says(self, name, value);
  return set_attribute(instance, name, value);
}

template struct AttributeSlots<Instance>;
template struct AttributeSlots<SlotInstance>;

}  // namespace exuvia::types
