#include "types/instance.hpp"

#include <stdexcept>
#include <utility>

#include "types/special_methods.hpp"
#include "types/values.hpp"

namespace exuvia::types {

namespace {

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
  drop_values(slots_of(self), self.count);
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
  protocol.getattr = &AttributeSlots<T>::getattr;
  protocol.setattr = &AttributeSlots<T>::setattr;
  if (std::is_same_v<T, Instance>) protocol.extra_bytes = &extra_bytes_of_instance;
  return protocol;
}

}  // namespace

constinit const Type finalized_dict_instance{{.name = "object",
                                              .size = sizeof(Instance),
                                              .trace = runtime::SlotsOf<Instance>::trace_slot(),
                                              .finalize = &finalize_instance,
                                              .destroy = &destroy_instance},
                                             protocol_of<Instance>()};
constinit const Type finalized_slot_instance{{.name = "object",
                                              .size = sizeof(SlotInstance),
                                              .size_of = &size_of_slot_instance,
                                              .trace = runtime::SlotsOf<SlotInstance>::trace_slot(),
                                              .finalize = &finalize_instance,
                                              .destroy = &destroy_slot_instance},
                                             protocol_of<SlotInstance>()};
constinit const Type Instance::type{{.name = "object",
                                     .size = sizeof(Instance),
                                     .trace = runtime::SlotsOf<Instance>::trace_slot(),
                                     .destroy = &destroy_instance},
                                    protocol_of<Instance>()};
constinit const Type SlotInstance::type{{.name = "object",
                                         .size = sizeof(SlotInstance),
                                         .size_of = &size_of_slot_instance,
                                         .trace = runtime::SlotsOf<SlotInstance>::trace_slot(),
                                         .destroy = &destroy_slot_instance},
                                        protocol_of<SlotInstance>()};

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

}  // namespace exuvia::types
