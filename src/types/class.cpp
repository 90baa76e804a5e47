#include "exuvia/types/class.hpp"

#include <algorithm>

#include "exuvia/types/descriptor.hpp"
#include "exuvia/types/function.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/weakref.hpp"
#include "types/allocate.hpp"
#include "types/class_order.hpp"
#include "types/dict_lookup.hpp"
#include "types/instance.hpp"
#include "types/slots.hpp"
#include "types/special_methods.hpp"

namespace exuvia::types {

namespace {

Class& class_in(Object& object) noexcept { return static_cast<Class&>(object); }

// An attribute of one class, empty if it has none.
template <class Name>
Value own_attribute_of(const Class& of, const Name& name) noexcept {
  const std::int32_t found = find_in(*of.attributes, name);
  return found == kNoEntry ? nullptr : value_at(*of.attributes, found);
}

template <class Name>
Value attribute_among(std::span<const Value> classes, const Name& name) noexcept {
  for (const Value& candidate : classes) {
    if (Value found = own_attribute_of(static_cast<const Class&>(*candidate), name)) return found;
  }
  return nullptr;
}

template <class Name>
Value attribute_of(const Class& of, const Name& name) noexcept {
  Value own = own_attribute_of(of, name);
  return own ? own : attribute_among(of.order->items(), name);
}

Result<void> repr_class(const Object& object, std::string& out) {
  out.append("<class '").append(static_cast<const Class&>(object).name->to_utf8()).append("'>");
  return {};
}

// The classes in which attributes are looked up, the class itself first.
Result<Value> mro_of(Class& self) {
  std::vector<Value> all{ref_to(self)};
  const auto above = self.order->items();
  all.insert(all.end(), above.begin(), above.end());
  return made(types::make_tuple(all));
}

// __name__, __mro__ and __dict__; empty for other names.
Result<Value> described(Class& self, const Str& name) {
  if (AsciiName("__name__").is_of(name)) return Value(self.name);
  if (AsciiName("__mro__").is_of(name)) return mro_of(self);
  if (!AsciiName("__dict__").is_of(name)) return Value();
  Result<Ref<Dict>> attributes = copy(*self.attributes);
  if (!attributes) return attributes.failure();
  return Value(*std::move(attributes));
}

Error no_attribute(const Class& self, const Str& name) {
  return {ErrorKind::kAttributeError,
          "type object '" + self.name->to_utf8() + "' has no attribute '" + name.to_utf8() + "'"};
}

Result<Value> getattr_class(Object& self, const Value& name) {
  Result<Value> description = described(class_in(self), *as<Str>(name));
  if (!description || *description) return description;
  const Value found = class_attribute(class_in(self), *as<Str>(name));
  if (found) return bound(found, nullptr, Value::to(self));
  return no_attribute(class_in(self), *as<Str>(name));
}

// Whether an attribute of that name takes the place of a slot's, or hides one.
bool hides_slot(const Class& self, const Str& name) noexcept {
  return is<Member>(own_attribute_of(self, name)) ||
         is<Member>(attribute_among(self.order->items(), name));
}

bool is_own_slot(const Class& self, const Str& name, const Value& value) noexcept {
  const Member* const member = as<Member>(value);
  return member != nullptr && member->of.get() == &self && member->name.get() == &name;
}

// From now on all slots are found by the attributes of classes.
void hide_slots(Class& self) noexcept { self.hides_slots = self.has_assign = true; }

void note_attribute(Class& self, const Ref<Str>& name, const Value& value) noexcept {
  self.has_finalizer |= AsciiName("__del__").is_of(*name);
  self.has_constructor |= AsciiName("__new__").is_of(*name) || AsciiName("__init__").is_of(*name);
  self.has_setattr |=
      AsciiName("__setattr__").is_of(*name) || AsciiName("__delattr__").is_of(*name);
  self.has_assign |= type_of(value).does.assign != nullptr && !is_own_slot(self, *name, value);
  if (hides_slot(self, *name)) hide_slots(self);
  Property* const property = as<Property>(value);
  if (property != nullptr && !property->name) property->name = name;
}

Result<void> delete_attribute(Class& self, const Value& name) {
  const Result<Value> taken = take(*self.attributes, name);
  if (!taken) return taken.failure();
  if (!*taken) return no_attribute(self, *as<Str>(name));
  if (is<Member>(*taken)) hide_slots(self);
  return {};
}

// Sets __name__, and says why what else is shown under a name of its own cannot be set. False for
// other names.
Result<bool> set_described(Class& self, const Str& name, const Value& value) {
  if (AsciiName("__mro__").is_of(name))
    return Error{ErrorKind::kAttributeError, "readonly attribute"};
  if (AsciiName("__dict__").is_of(name)) {
    return Error{ErrorKind::kAttributeError,
                 "attribute '__dict__' of 'type' objects is not writable"};
  }
  if (!AsciiName("__name__").is_of(name)) return false;
  const std::string old_name = self.name->to_utf8();
  if (!value)
    return type_error("cannot delete '__name__' attribute of immutable type '" + old_name + "'");
  const Str* const new_name = as<Str>(value);
  if (new_name == nullptr) {
    return type_error("can only assign string to " + old_name + ".__name__, not '" +
                      type_name(*value) + "'");
  }
  if (new_name->to_utf8().find('\0') != std::string::npos)
    return value_error("type name must not contain null characters");
  self.name = cast<Str>(value);
  return true;
}

Result<void> setattr_class(Object& self, const Value& name, Value value) {
  const Result<bool> is_done = set_described(class_in(self), *as<Str>(name), value);
  if (!is_done) return is_done.failure();
  if (*is_done) return {};
  if (!value) return delete_attribute(class_in(self), name);
  return set_class_attribute(class_in(self), cast<Str>(name), std::move(value));
}

// What the class's __new__ makes.
Result<Value> created_by(const Value& create, const Ref<Class>& of,
                         std::span<const Value> arguments) {
  Result<Value> function = bound(create, nullptr, of);
  if (!function) return function;
  std::vector<Value> all{of};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Result<Value> instance = call(*function, all);
  if (!instance || *instance) return instance;
  return type_error("__new__() returned nothing: a value is needed");
}

Result<Value> call_class(Object& self, std::span<const Value> arguments) {
  const Ref<Class> of = ref_to(class_in(self));
  if (arguments.empty() && !is_true_of_any(*of, &Class::has_constructor))
    return made(make_instance(of));
  const Value create = special(*of, "__new__");
  Result<Value> instance = create ? created_by(create, of, arguments) : made(make_instance(of));
  if (!instance || !is_instance(*instance, *of)) return instance;
  Result<Value> done = ask(**instance, "__init__", arguments);
  if (!done) return done;
  if (!*done && !arguments.empty() && !create)
    return type_error(of->name->to_utf8() + "() takes no arguments");
  if (!*done || is_none(*done)) return instance;
  return type_error("__init__() should return None, not '" + type_name(**done) + "'");
}

}  // namespace

constinit const Type Class::type = native_type<Class>("type", {.repr = &repr_class,
                                                               .getattr = &getattr_class,
                                                               .setattr = &setattr_class,
                                                               .call = &call_class,
                                                               .is_weakly_referable = true});

Value attribute_after(const Class& of, const Class& after, const Str& name) noexcept {
  std::span<const Value> classes = of.order->items();
  if (&of != &after) {
    const auto found = std::find_if(classes.begin(), classes.end(), [&](const Value& candidate) {
      return candidate.get() == &after;
    });
    classes = classes.last(static_cast<std::size_t>(classes.end() - found) - 1);
  }
  return attribute_among(classes, name);
}

Result<Value> bound(const Value& found, const Value& instance, const Value& owner) {
  const auto bind = type_of(found).does.bind;
  if (bind == nullptr) return found;
  Result<Value> answer = bind(*found, instance, owner);
  if (!answer || *answer) return answer;
  return found;
}

bool is_responsible(const Object& attribute) noexcept {
  if (type_of(attribute).does.assign == nullptr) return false;
  const Class* const kind = own_class(attribute);
  return kind == nullptr || special(*kind, "__set__") || special(*kind, "__delete__");
}

Value class_attribute(const Class& of, const Str& name) noexcept { return attribute_of(of, name); }

Result<void> set_class_attribute(Class& of, const Ref<Str>& name, Value value) {
  note_attribute(of, name, value);
  return set(*of.attributes, name, std::move(value));
}

Value special(const Class& of, const AsciiName& name) noexcept { return attribute_of(of, name); }

Value first_special(const Class& of, const AsciiName& name, const AsciiName& other) noexcept {
  const auto among = [&](const Class& candidate) {
    Value found = own_attribute_of(candidate, name);
    return found ? found : own_attribute_of(candidate, other);
  };
  Value found = among(of);
  for (const Value& above : of.order->items()) {
    if (found) break;
    found = among(static_cast<const Class&>(*above));
  }
  return found;
}

namespace {

// A class whose instances have the slots that its bases have, of which `last` adds the last.
Result<Ref<Class>> build_class(std::string_view name, std::span<const Ref<Class>> bases,
                               const Dict* attributes, const Class* last, bool has_dict) {
  const Result<std::vector<Value>> order = linearise(bases);
  if (!order) return order.failure();
  Ref<Str> text = intern_literal(name);
  Ref<Tuple> line = types::make_tuple(*order);
  Result<Ref<Dict>> own = attributes != nullptr ? copy(*attributes) : make_dict();
  Result<Ref<Dict>> slots = last != nullptr ? copy(*last->slots) : make_dict();
  Ref<Dict> shape = make_dict();
  if (!text || !line || !own || !*own || !slots || !*slots || !shape) return out_of_memory();
  const std::size_t slot_count = last != nullptr ? last->slot_count : 0;
  Ref<Class> result =
      try_build<Class>(Class::type, sizeof(Class), std::move(text), std::move(line),
                       *std::move(own), *std::move(slots), std::move(shape), slot_count, false,
                       has_dict, false, false, false, false, false);
  if (!result) return out_of_memory();
  if (may_hide_slots(*order)) hide_slots(*result);
  Value key;
  Value value;
  for (std::size_t at = 0; next_item(*result->attributes, at, &key, &value);)
    if (is<Str>(key)) note_attribute(*result, cast<Str>(key), value);
  result = publish(std::move(result), true);
  if (!result) return out_of_memory();
  return result;
}

}  // namespace

Result<Ref<Class>> make_class(std::string_view name, std::span<const Ref<Class>> bases,
                              const Dict* attributes) {
  const Result<const Class*> last = last_with_slots(bases);
  if (!last) return last.failure();
  return build_class(name, bases, attributes, *last, true);
}

Result<Ref<Class>> make_slots_class(std::string_view name, std::span<const std::string_view> slots,
                                    std::span<const Ref<Class>> bases, const Dict* attributes) {
  const Result<const Class*> last = last_with_slots(bases);
  if (!last) return last.failure();
  const Result<std::vector<Ref<Str>>> names = names_of_slots(slots, attributes);
  if (!names) return names.failure();
  const bool has_dict = std::any_of(bases.begin(), bases.end(),
                                    [](const Ref<Class>& base) { return base->has_dict; });
  Result<Ref<Class>> result = build_class(name, bases, attributes, *last, has_dict);
  if (!result) return result;
  if (Result<void> done = add_slots(*result, *names); !done) return done.failure();
  return result;
}

Ref<Class> class_of(const Object& value) noexcept {
  Class* const of = own_class(value);
  return of != nullptr ? ref_to(*of) : nullptr;
}

bool is_instance(const Value& value, const Class& of) noexcept {
  const WeakProxy* const proxy = as<WeakProxy>(value);
  const Value object = proxy != nullptr ? proxy->target.lock() : value;
  const Class* const own = object ? own_class(*object) : nullptr;
  return own != nullptr && is_subclass(*own, of);
}

bool is_subclass(const Class& derived, const Class& base) noexcept {
  const auto above = derived.order->items();
  return &derived == &base ||
         std::any_of(above.begin(), above.end(), [&base](const Value& candidate) {
           return candidate.get() == static_cast<const Object*>(&base);
         });
}

Result<Value> call_method(const Value& value, std::string_view name,
                          std::initializer_list<Value> arguments) {
  const Ref<Class> of = class_of(*value);
  const Value method = of && !own_attribute(*value, name) ? special(*of, name) : nullptr;
  if (!method || !is<Function>(method)) {
    Result<Value> attribute = getattr(value, name);
    if (!attribute) return attribute;
    return call(*attribute, arguments);
  }
  std::vector<Value> all{value};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return call(method, all);
}

}  // namespace exuvia::types
