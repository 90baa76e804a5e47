#include "types/instance.hpp"

#include <stdexcept>
#include <utility>

#include "types/special_methods.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

template <HasSlots T>
std::size_t size_of_instance(const void* object) noexcept {
  return sizeof(T) + static_cast<const T*>(object)->count * sizeof(Value);
}

template <class T>
void destroy_instance(void* object) noexcept {
  auto& self = *static_cast<T*>(object);
  if constexpr (HasDict<T>) free_values(self, std::exchange(self.values, nullptr));
  if constexpr (HasSlots<T>) drop_values(slots_of(self), self.count);
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

template <class T>
constexpr Protocol protocol_of() noexcept {
  Protocol protocol = special_methods();
  protocol.getattr = &getattr_instance<T>;
  protocol.setattr = &setattr_instance<T>;
  if (HasDict<T>) protocol.extra_bytes = &extra_bytes_of_instance;
  return protocol;
}

template <class T>
constexpr auto size_of_slot() noexcept -> decltype(Type::size_of) {
  if constexpr (HasSlots<T>) return &size_of_instance<T>;
  return nullptr;
}

template <class T>
constexpr Type type_of_instances(decltype(Type::finalize) finalize) noexcept {
  return Type{{.name = "object",
               .size = sizeof(T),
               .size_of = size_of_slot<T>(),
               .trace = runtime::SlotsOf<T>::trace_slot(),
               .finalize = finalize,
               .destroy = &destroy_instance<T>},
              protocol_of<T>()};
}

// Instances whose class has __del__ are of types of their own, so that others pay nothing for it.
template <class T>
constinit const Type finalized = type_of_instances<T>(&finalize_instance);

void trace_values(Visitor& v, const Value* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) v(values[i]);
}

template <class T>
Ref<Object> try_instance(const Ref<Class>& of) noexcept {
  const std::size_t count = HasSlots<T> ? of->slot_count : 0;
  const bool has_finalizer = is_true_of_any(*of, &Class::has_finalizer);
  Ref<T> instance =
      try_build<T>(has_finalizer ? finalized<T> : T::type, sizeof(T) + count * sizeof(Value));
  if (!instance) return nullptr;
  instance->of = of;
  if constexpr (HasSlots<T>) {
    instance->count = count;
    std::uninitialized_value_construct_n(slots_of(*instance), count);
  }
  return publish(std::move(instance), true);
}

}  // namespace

constinit const Type Instance::type = type_of_instances<Instance>(nullptr);
constinit const Type InstanceWithSlots::type = type_of_instances<InstanceWithSlots>(nullptr);
constinit const Type SlotInstance::type = type_of_instances<SlotInstance>(nullptr);

void Instance::trace(Visitor& v) const {
  v(of, dict);
  if (values != nullptr) trace_values(v, values->begin(), values->capacity);
}

void InstanceWithSlots::trace(Visitor& v) const {
  Instance::trace(v);
  trace_values(v, slots_of(*this), count);
}

void SlotInstance::trace(Visitor& v) const {
  v(of);
  trace_values(v, slots_of(*this), count);
}

Ref<Object> make_instance(const Ref<Class>& of) noexcept {
  if (!of->has_dict) return try_instance<SlotInstance>(of);
  return of->slot_count == 0 ? try_instance<Instance>(of) : try_instance<InstanceWithSlots>(of);
}

}  // namespace exuvia::types
