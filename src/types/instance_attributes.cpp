// The attributes that instances have, and how the class answers for them.
#include <algorithm>

#include "exuvia/types/none.hpp"
#include "types/dict_lookup.hpp"
#include "types/instance.hpp"
#include "types/special_methods.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

// The name's entry; none is found where code of other keys would have to run.
std::int32_t find_quickly(const Dict& dict, const AsciiName& name) noexcept {
  return find_in(dict, name);
}
[[gnu::always_inline]] inline std::int32_t find_quickly(const Dict& dict,
                                                        const Str& name) noexcept {
  const bool has_other_keys = dict.table != nullptr && !dict.table->holds_text;
  return has_other_keys ? kNoEntry : find_in(dict, name);
}

// What an instance has in its __dict__ under the name; empty if that is nothing, or not to be found
// without running code of keys.
template <class Name>
[[gnu::always_inline]] inline Value find_quickly(const Instance& self, const Name& name) noexcept {
  if (self.dict) {
    const std::int32_t found = find_quickly(*self.dict, name);
    return found == kNoEntry ? Value() : value_at(*self.dict, found);
  }
  if (self.values == nullptr) return nullptr;
  const std::int32_t position = find_in(*self.of->shape, name);
  const bool has_room = static_cast<std::size_t>(position) < self.values->capacity;
  if (position == kNoEntry || !has_room) return nullptr;
  return self.values->begin()[position];
}

// What an instance has in its __dict__ under the name, a Str; empty if that is nothing.
Result<Value> find_own(const Instance& self, const Value& name) {
  if (!self.dict) return find_quickly(self, *as<Str>(name));
  const Ref<Dict> dict = self.dict;  // keys that are no strings may run code that replaces it
  return get(*dict, name);
}

// Cheap, and true of all the names that described() and set_described() know.
bool may_be_described(const Str& name) noexcept {
  return name.length > 2 && name[0] == '_' && name[1] == '_';
}

// The slot of that name; null if there is none, or the class has to be asked where it is.
template <HasSlots T>
[[gnu::always_inline]] inline Value* find_slot(T& self, const Str& name) noexcept {
  if (is_true_of_any(*self.of, &Class::hides_slots)) [[unlikely]]
    return nullptr;
  const std::int32_t position = find_in(*self.of->slots, name);
  return position == kNoEntry ? nullptr : slots_of(self) + position;
}

}  // namespace

Value own_attribute(const Object& instance, const AsciiName& name) noexcept {
  if (!is_dict_instance(instance)) return nullptr;
  return find_quickly(static_cast<const Instance&>(instance), name);
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

Error no_attribute(const Object& instance, const Str& name) {
  return {ErrorKind::kAttributeError,
          "'" + type_name(instance) + "' object has no attribute '" + name.to_utf8() + "'"};
}

namespace {

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

}  // namespace

// In Python's order: what is responsible for the name, the instance's own, the class's. What
// described() shows is responsible, as the last class's.
Result<Value> get_own_attribute(Object& instance, const Value& name) {
  const Str& text = *as<Str>(name);
  Class& of = *own_class(instance);
  const Value found = class_attribute(of, text);
  if (!found && may_be_described(text)) {
    Result<Value> answer = described(instance, text);
    if (!answer || *answer) return answer;
  }
  const bool is_first = found && is_responsible(*found) && may_be_bound(*found);
  if (!is_first && is_dict_instance(instance)) {
    Result<Value> own = find_own(static_cast<Instance&>(instance), name);
    if (!own || *own) return own;
  }
  if (found) return bound(found, Value::to(instance), ref_to(of));
  return no_attribute(instance, text);
}

namespace {

// What __getattr__ says instead of `failure`.
Result<Value> ask_for_absent(Object& self, const Value& name, const Result<Value>& failure) {
  Result<Value> answer = ask(self, "__getattr__", {name});
  return !answer || *answer ? answer : failure;
}

[[gnu::noinline]] Result<Value> get_attribute(Object& self, const Value& name) {
  Result<Value> found = get_own_attribute(self, name);
  if (!found && found.error().kind == ErrorKind::kAttributeError) [[unlikely]]
    found = ask_for_absent(self, name, found);
  return found;
}

}  // namespace

// Most attributes are the instance's own, and most classes have none that is asked before.
template <class T>
Result<Value> getattr_instance(Object& self, const Value& name) {
  T& instance = static_cast<T&>(self);
  const Str& text = static_cast<const Str&>(*name);
  if constexpr (HasSlots<T>) {
    const Value* const slot = find_slot(instance, text);
    if (slot != nullptr && *slot) [[likely]]
      return *slot;
    if (slot != nullptr) return get_attribute(self, name);
  }
  if constexpr (HasDict<T>) {
    const bool is_asked_first =
        !may_be_described(text) && !is_true_of_any(*instance.of, &Class::has_assign);
    Value own = is_asked_first ? find_quickly(instance, text) : Value();
    if (own) [[likely]]
      return own;
  }
  return get_attribute(self, name);
}

template Result<Value> getattr_instance<Instance>(Object&, const Value&);
template Result<Value> getattr_instance<InstanceWithSlots>(Object&, const Value&);
template Result<Value> getattr_instance<SlotInstance>(Object&, const Value&);

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
  Value taken;
  if (const Ref<Dict> dict = self.dict) {
    Result<Value> own = take(*dict, name);
    if (!own) return own.failure();
    taken = *std::move(own);
  } else if (find_quickly(self, *as<Str>(name))) {
    taken = std::move(self.values->begin()[find_in(*self.of->shape, *as<Str>(name))]);
  }
  return taken ? Result<void>() : no_attribute(self, *as<Str>(name));
}

Result<void> set_attribute(Instance& self, const Value& name, Value& value) {
  if (!value) return delete_attribute(self, name);
  if (const Ref<Dict> dict = self.dict) return set(*dict, name, std::move(value));
  const Result<std::int32_t> position = position_in_shape(*self.of, name);
  if (!position) return position.failure();
  const auto at = static_cast<std::size_t>(*position);
  if (*position != kNoEntry && (has(self, at) || is_next(self, at)))
    return set_shared(self, at, std::move(value));
  const Result<Ref<Dict>> dict = dict_of_instance(self);
  if (!dict) return dict.failure();
  return set(**dict, name, std::move(value));
}

// What is shown under these names is no attribute like others: sets __dict__, and says why
// __class__ cannot be set. False for other names.
Result<bool> set_described(Object& self, const Str& name, const Value& value) {
  if (AsciiName("__class__").is_of(name)) {
    return type_error(value ? "__class__ assignment is not supported"
                            : "can't delete __class__ attribute");
  }
  if (!is_dict_instance(self) || !AsciiName("__dict__").is_of(name)) return false;
  if (value && !is<Dict>(value)) {
    return type_error("__dict__ must be set to a dictionary, not a '" + type_name(*value) + "'");
  }
  auto& instance = static_cast<Instance&>(self);
  const Result<Ref<Dict>> before = dict_of_instance(instance);  // may run code when it goes
  if (!before) return before.failure();
  Ref<Dict> dict = value ? cast<Dict>(value) : make_dict();
  if (!dict) return out_of_memory();
  instance.dict = std::move(dict);
  return true;
}

}  // namespace

Result<void> set_own_attribute(Object& instance, const Value& name, Value value) {
  const Str& text = *as<Str>(name);
  const Value found = class_attribute(*own_class(instance), text);
  if (found && is_responsible(*found))
    return type_of(found).does.assign(*found, Value::to(instance), std::move(value));
  const Result<bool> is_done = set_described(instance, text, value);
  if (!is_done) return is_done.failure();
  if (*is_done) return {};
  if (is_dict_instance(instance))
    return set_attribute(static_cast<Instance&>(instance), name, value);
  if (!found) return no_attribute(instance, text);
  return Error{ErrorKind::kAttributeError, "'" + type_name(instance) + "' object attribute '" +
                                               text.to_utf8() + "' is read-only"};
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
Result<void> setattr_instance(Object& self, const Value& name, Value value) {
  T& instance = static_cast<T&>(self);
  const Class& of = *instance.of;
  if (is_true_of_any(of, &Class::has_setattr)) [[unlikely]]
    return set_as_class_says(self, name, value);
  if constexpr (HasSlots<T>) {
    Value* const slot = find_slot(instance, static_cast<const Str&>(*name));
    if (slot != nullptr && (value || *slot)) [[likely]] {
      slot->swap(value);
      return {};
    }
    if (slot != nullptr) return set_as_class_says(self, name, value);
  }
  if constexpr (HasDict<T>) {
    const bool is_plain = !may_be_described(static_cast<const Str&>(*name));
    if (is_plain && !is_true_of_any(of, &Class::has_assign)) [[likely]]
      return set_attribute(instance, name, value);
  }
  return set_as_class_says(self, name, value);
}

template Result<void> setattr_instance<Instance>(Object&, const Value&, Value);
template Result<void> setattr_instance<InstanceWithSlots>(Object&, const Value&, Value);
template Result<void> setattr_instance<SlotInstance>(Object&, const Value&, Value);

}  // namespace exuvia::types
