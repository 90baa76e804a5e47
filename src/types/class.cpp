#include "exuvia/types/class.hpp"

#include <algorithm>

#include "exuvia/types/function.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "types/allocate.hpp"
#include "types/class_order.hpp"
#include "types/dict_lookup.hpp"
#include "types/instance.hpp"

namespace exuvia::types {

namespace {

Class& class_in(Object& object) noexcept { return static_cast<Class&>(object); }

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

Result<Value> getattr_class(Object& self, const Value& name) {
  const Value found = class_attribute(class_in(self), *as<Str>(name));
  if (found) return found;
  Result<Value> description = described(class_in(self), *as<Str>(name));
  if (!description || *description) return description;
  return Error{ErrorKind::kAttributeError, "type object '" + class_in(self).name->to_utf8() +
                                               "' has no attribute '" + as<Str>(name)->to_utf8() +
                                               "'"};
}

bool is_setattr(const Str& name) noexcept {
  return AsciiName("__setattr__").is_of(name) || AsciiName("__delattr__").is_of(name);
}

Result<void> setattr_class(Object& self, const Value& name, Value value) {
  if (value) {
    class_in(self).has_setattr |= is_setattr(*as<Str>(name));
    return set(*class_in(self).attributes, name, std::move(value));
  }
  const Result<Value> taken = pop(*class_in(self).attributes, name);
  if (taken) return {};
  return Error{ErrorKind::kAttributeError, as<Str>(name)->to_utf8()};
}

Result<Value> call_class(Object& self, std::span<const Value> arguments) {
  const Ref<Class> of = ref_to(class_in(self));
  Value instance = make_instance(of);
  if (!instance) return out_of_memory();
  const Value initialise = special(*of, "__init__");
  if (!initialise) {
    if (arguments.empty()) return instance;
    return type_error(of->name->to_utf8() + "() takes no arguments");
  }
  std::vector<Value> all{instance};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Result<Value> done = call(initialise, all);
  if (!done) return done;
  return instance;
}

}  // namespace

constinit const Type Class::type = native_type<Class>("type", {.repr = &repr_class,
                                                               .getattr = &getattr_class,
                                                               .setattr = &setattr_class,
                                                               .call = &call_class,
                                                               .is_weakly_referable = true});

namespace {

template <class Name>
Value attribute_of(const Class& of, const Name& name) noexcept {
  const Class* candidate = &of;
  for (std::size_t above = 0;; ++above) {
    const std::int32_t found = find_in(*candidate->attributes, name);
    if (found != kNoEntry) return value_at(*candidate->attributes, found);
    if (above == of.order->items().size()) return nullptr;
    candidate = as<Class>(of.order->items()[above]);
  }
}

}  // namespace

Value class_attribute(const Class& of, const Str& name) noexcept { return attribute_of(of, name); }

Value special(const Class& of, const AsciiName& name) noexcept { return attribute_of(of, name); }

namespace {

Result<void> add_slots(Dict& shape, std::span<const std::string_view> slots) {
  for (const std::string_view slot : slots) {
    const Ref<Str> name = intern_literal(slot);
    if (!name) return out_of_memory();
    if (Result<void> done = set(shape, name, none()); !done) return done;
  }
  return {};
}

Result<Ref<Class>> build_class(std::string_view name, std::span<const Ref<Class>> bases,
                               const Dict* attributes, bool has_slots) {
  const Result<std::vector<Value>> order = linearise(bases);
  if (!order) return order.failure();
  Ref<Str> text = intern_literal(name);
  Ref<Tuple> line = types::make_tuple(*order);
  Ref<Dict> own = make_dict();
  Ref<Dict> shape = make_dict();
  if (!text || !line || !own || !shape) return out_of_memory();
  if (attributes != nullptr) {
    if (Result<void> done = update(*own, *attributes); !done) return done.failure();
  }
  Ref<Class> result =
      try_build<Class>(Class::type, sizeof(Class), true, std::move(text), std::move(line),
                       std::move(own), std::move(shape), has_slots, false, false);
  if (!result) return out_of_memory();
  result->has_finalizer = static_cast<bool>(special(*result, "__del__"));
  result->has_setattr = special(*result, "__setattr__") || special(*result, "__delattr__");
  result = publish(std::move(result), true);
  if (!result) return out_of_memory();
  return result;
}

}  // namespace

Result<Ref<Class>> make_class(std::string_view name, std::span<const Ref<Class>> bases,
                              const Dict* attributes) {
  return build_class(name, bases, attributes, false);
}

Result<Ref<Class>> make_slots_class(std::string_view name, std::span<const std::string_view> slots,
                                    std::span<const Ref<Class>> bases, const Dict* attributes) {
  Result<Ref<Class>> result = build_class(name, bases, attributes, true);
  if (!result) return result;
  Dict& shape = *(*result)->shape;
  for (const Value& above : (*result)->order->items()) {
    const Class& base = *as<Class>(above);
    if (!base.has_slots)
      return type_error("a class with slots needs bases with slots: " + base.name->to_utf8());
    if (Result<void> done = update(shape, *base.shape); !done) return done.failure();
  }
  if (Result<void> done = add_slots(shape, slots); !done) return done.failure();
  return result;
}

Ref<Class> class_of(const Object& value) noexcept {
  if (is_dict_instance(value)) return static_cast<const Instance&>(value).of;
  if (is_slot_instance(value)) return static_cast<const SlotInstance&>(value).of;
  return nullptr;
}

bool is_instance(const Value& value, const Class& of) noexcept {
  const Ref<Class> own = class_of(*value);
  if (!own) return false;
  const auto above = own->order->items();
  return own.get() == &of || std::any_of(above.begin(), above.end(), [&of](const Value& base) {
           return base.get() == static_cast<const Object*>(&of);
         });
}

Result<Value> call_method(const Value& value, std::string_view name,
                          std::initializer_list<Value> arguments) {
  const Ref<Class> of = class_of(*value);
  const Value method = of ? special(*of, name) : nullptr;
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
