#include "types/instance.hpp"

#include <algorithm>
#include <stdexcept>

#include "exuvia/runtime/collector.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/dict_lookup.hpp"
#include "types/special_methods.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

// CPython's SHARED_KEYS_MAX_SIZE.
constexpr std::size_t kMostShared = 30;

Instance& instance_in(Object& object) noexcept { return static_cast<Instance&>(object); }

Value* slots_of(SlotInstance& self) noexcept { return reinterpret_cast<Value*>(&self + 1); }
const Value* slots_of(const SlotInstance& self) noexcept {
  return reinterpret_cast<const Value*>(&self + 1);
}

void free_values(const Instance& instance, Instance::Values* values) noexcept {
  if (values == nullptr) return;
  const std::size_t capacity = values->capacity;
  std::destroy_n(values->begin(), capacity);
  heap_of(instance).storage().deallocate(values, Instance::Values::bytes_for(capacity));
}

void destroy_instance(void* object) noexcept {
  auto& self = *static_cast<Instance*>(object);
  free_values(self, std::exchange(self.values, nullptr));
  std::destroy_at(&self);
}

std::size_t size_of_slot_instance(const void* object) noexcept {
  const auto& self = *static_cast<const SlotInstance*>(object);
  return sizeof(SlotInstance) + self.count * sizeof(Value);
}

void destroy_slot_instance(void* object) noexcept {
  auto& self = *static_cast<SlotInstance*>(object);
  std::destroy_n(slots_of(self), self.count);
  std::destroy_at(&self);
}

// __del__, whose failure nobody can be told but the heap's hook.
void finalize_instance(void* object) {
  auto& self = *static_cast<Object*>(object);
  const Value method = method_of(self, "__del__");
  if (!method) return;
  const Result<Value> done = call_special(method, self, {});
  if (!done)
    throw std::runtime_error(std::string(name_of(done.error().kind)) + ": " + done.message());
}

std::size_t extra_bytes_of_instance(const Object& object) noexcept {
  const auto& self = static_cast<const Instance&>(object);
  return self.values == nullptr ? 0 : Instance::Values::bytes_for(self.values->capacity);
}

constexpr Protocol dict_protocol() noexcept {
  Protocol protocol = special_methods();
  protocol.extra_bytes = &extra_bytes_of_instance;
  return protocol;
}

}  // namespace

constinit const Type finalized_dict_instance{{.name = "object",
                                              .size = sizeof(Instance),
                                              .trace = runtime::SlotsOf<Instance>::trace_slot(),
                                              .finalize = &finalize_instance,
                                              .destroy = &destroy_instance},
                                             dict_protocol()};
constinit const Type finalized_slot_instance{{.name = "object",
                                              .size = sizeof(SlotInstance),
                                              .size_of = &size_of_slot_instance,
                                              .trace = runtime::SlotsOf<SlotInstance>::trace_slot(),
                                              .finalize = &finalize_instance,
                                              .destroy = &destroy_slot_instance},
                                             special_methods()};
constinit const Type Instance::type{{.name = "object",
                                     .size = sizeof(Instance),
                                     .trace = runtime::SlotsOf<Instance>::trace_slot(),
                                     .destroy = &destroy_instance},
                                    dict_protocol()};
constinit const Type SlotInstance::type{{.name = "object",
                                         .size = sizeof(SlotInstance),
                                         .size_of = &size_of_slot_instance,
                                         .trace = runtime::SlotsOf<SlotInstance>::trace_slot(),
                                         .destroy = &destroy_slot_instance},
                                        special_methods()};

void Instance::trace(Visitor& v) const {
  v(of, dict);
  for (std::size_t i = 0; values != nullptr && i < values->capacity; ++i) v(values->begin()[i]);
}

void SlotInstance::trace(Visitor& v) const {
  v(of);
  for (std::size_t i = 0; i < count; ++i) v(slots_of(*this)[i]);
}

Ref<Object> make_instance(const Ref<Class>& of) noexcept {
  const bool has_finalizer = is_true_of_any(*of, &Class::has_finalizer);
  if (!of->has_slots) {
    const Type& type = has_finalizer ? finalized_dict_instance : Instance::type;
    Ref<Instance> instance = try_build<Instance>(type, sizeof(Instance), of, nullptr, Ref<Dict>());
    if (!instance) return nullptr;
    return publish(std::move(instance), true);
  }
  const std::size_t count = of->shape->used;
  const Type& type = has_finalizer ? finalized_slot_instance : SlotInstance::type;
  Ref<SlotInstance> instance =
      try_build<SlotInstance>(type, sizeof(SlotInstance) + count * sizeof(Value), of, count);
  if (!instance) return nullptr;
  std::uninitialized_value_construct_n(slots_of(*instance), count);
  return publish(std::move(instance), true);
}

// Attributes.

namespace {

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

Error no_attribute(const Object& instance, const Value& name) {
  return {ErrorKind::kAttributeError, "'" + type_name(instance) + "' object has no attribute '" +
                                          as<Str>(name)->to_utf8() + "'"};
}

Result<void> delete_attribute(Instance& self, const Value& name) {
  if (!own_attribute(self, *as<Str>(name))) return no_attribute(self, name);
  if (self.dict) {
    const Result<Value> taken = take(*self.dict, name);
    if (!taken) return taken.failure();
  } else {
    const std::int32_t position = find_in(*self.of->shape, *as<Str>(name));
    const Value taken = std::move(self.values->begin()[position]);
  }
  return {};
}

Result<void> set_dict_attribute(Instance& self, const Value& name, Value value) {
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

Result<void> set_slot(SlotInstance& self, const Value& name, Value value) {
  const std::int32_t position = find_in(*self.of->shape, *as<Str>(name));
  if (position == kNoEntry) {
    Error failure = no_attribute(self, name);
    if (class_attribute(*self.of, *as<Str>(name)))
      failure.message = "'" + type_name(self) + "' object attribute '" + as<Str>(name)->to_utf8() +
                        "' is read-only";
    return failure;
  }
  Value& slot = slots_of(self)[position];
  if (!value && !slot) return Error{ErrorKind::kAttributeError, as<Str>(name)->to_utf8()};
  slot.swap(value);
  return {};
}

template <class Name>
Value own_attribute_of(const Object& instance, const Name& name) noexcept {
  if (is_slot_instance(instance)) {
    const auto& self = static_cast<const SlotInstance&>(instance);
    const std::int32_t position = find_in(*self.of->shape, name);
    return position == kNoEntry ? nullptr : slots_of(self)[position];
  }
  const auto& self = static_cast<const Instance&>(instance);
  if (self.dict) {
    const std::int32_t found = find_in(*self.dict, name);
    return found == kNoEntry ? nullptr : value_at(*self.dict, found);
  }
  if (self.values == nullptr) return nullptr;
  const std::int32_t position = find_in(*self.of->shape, name);
  if (position == kNoEntry || static_cast<std::size_t>(position) >= self.values->capacity)
    return nullptr;
  return self.values->begin()[position];
}

}  // namespace

Value own_attribute(const Object& instance, const Str& name) noexcept {
  return own_attribute_of(instance, name);
}
Value own_attribute(const Object& instance, const AsciiName& name) noexcept {
  return own_attribute_of(instance, name);
}

Result<void> set_own_attribute(Object& instance, const Value& name, Value value) {
  if (const Value found = responsible_attribute(*own_class(instance), *as<Str>(name)))
    return type_of(found).does.assign(*found, Value::to(instance), std::move(value));
  if (is_slot_instance(instance))
    return set_slot(static_cast<SlotInstance&>(instance), name, std::move(value));
  return set_dict_attribute(instance_in(instance), name, std::move(value));
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

}  // namespace exuvia::types
