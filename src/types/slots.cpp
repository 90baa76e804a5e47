#include "types/slots.hpp"

#include <algorithm>

#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/text.hpp"
#include "types/allocate.hpp"
#include "types/instance.hpp"

namespace exuvia::types {

namespace {

const Member& member_in(const Object& object) noexcept {
  return static_cast<const Member&>(object);
}

Result<void> repr_member(const Object& object, std::string& out) {
  const Member& self = member_in(object);
  out.append("<member '").append(self.name->to_utf8()).append("' of '");
  out.append(self.of->name->to_utf8()).append("' objects>");
  return {};
}

// The slot in an instance that has it.
Result<Value*> slot_in(const Member& self, Object& instance) {
  const Class* const of = own_class(instance);
  if (of != nullptr && is_subclass(*of, *self.of)) return slots_of(instance) + self.position;
  return type_error("descriptor '" + self.name->to_utf8() + "' for '" + self.of->name->to_utf8() +
                    "' objects doesn't apply to a '" + type_name(instance) + "' object");
}

Result<Value> get_member(Object& object, const Value& instance, const Value&) {
  if (!instance) return Value();
  const Member& self = member_in(object);
  const Result<Value*> slot = slot_in(self, *instance);
  if (!slot) return slot.failure();
  if (!**slot) return no_attribute(*instance, *self.name);
  return **slot;
}

Result<void> assign_member(Object& object, const Value& instance, Value value) {
  const Member& self = member_in(object);
  const Result<Value*> slot = slot_in(self, *instance);
  if (!slot) return slot.failure();
  if (!value && !**slot) return Error{ErrorKind::kAttributeError, self.name->to_utf8()};
  (*slot)->swap(value);
  return {};
}

const Class& class_in(const Value& value) noexcept { return static_cast<const Class&>(*value); }

// The class itself, or the first in its order, that adds slots; null if none does.
const Class* last_with_slots(const Class& of) noexcept {
  if (of.adds_slots) return &of;
  for (const Value& above : of.order->items()) {
    if (class_in(above).adds_slots) return &class_in(above);
  }
  return nullptr;
}

}  // namespace

constinit const Type Member::type = native_type<Member>(
    "member_descriptor", {.repr = &repr_member, .bind = &get_member, .assign = &assign_member});

Result<const Class*> last_with_slots(std::span<const Ref<Class>> bases) {
  const Class* last = nullptr;
  for (const Ref<Class>& base : bases) {
    const Class* const other = last_with_slots(*base);
    if (other == nullptr || (last != nullptr && is_subclass(*last, *other))) continue;
    if (last != nullptr && !is_subclass(*other, *last))
      return type_error("multiple bases have instance lay-out conflict");
    last = other;
  }
  return last;
}

Result<std::vector<Ref<Str>>> names_of_slots(std::span<const std::string_view> slots,
                                             const Dict* attributes) {
  std::vector<Ref<Str>> names;
  for (const std::string_view slot : slots) {
    names.push_back(intern_literal(slot));
    if (!names.back()) return out_of_memory();
    if (!*is_identifier(names.back())) return type_error("__slots__ must be identifiers");
  }
  for (const Ref<Str>& name : names) {
    if (attributes != nullptr && get(*attributes, *name))
      return value_error("'" + name->to_utf8() + "' in __slots__ conflicts with class variable");
  }
  return names;
}

Result<void> add_slots(const Ref<Class>& of, std::span<const Ref<Str>> names) {
  for (const Ref<Str>& name : names) {
    Ref<Member> member = try_build<Member>(Member::type, sizeof(Member), of, name, of->slot_count);
    if (member) member = publish(std::move(member), true);
    if (!member) return out_of_memory();
    if (Result<void> done = set_class_attribute(*of, name, member); !done) return done;
    if (Result<void> done = set(*of->slots, name, none()); !done) return done;
    of->adds_slots = true;
    ++of->slot_count;
  }
  return {};
}

bool may_hide_slots(std::span<const Value> order) noexcept {
  for (auto owner = order.begin(); owner != order.end(); ++owner) {
    const auto is_foreign = [owner](const Value& before) {
      return !is_subclass(class_in(before), class_in(*owner));
    };
    if (class_in(*owner).adds_slots && std::any_of(order.begin(), owner, is_foreign)) return true;
  }
  return false;
}

}  // namespace exuvia::types
