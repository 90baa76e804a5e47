// What the weak containers share: their items, of which one side dies.
#pragma once

#include <utility>

#include "exuvia/types/function.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/weak_containers.hpp"
#include "types/dict_iteration.hpp"

namespace exuvia::types {

enum class Watched { kKeys, kValues };

[[nodiscard]] inline WeakContainer& container_in(Object& object) noexcept {
  return static_cast<WeakContainer&>(object);
}
[[nodiscard]] inline const WeakContainer& container_in(const Object& object) noexcept {
  return static_cast<const WeakContainer&>(object);
}
[[nodiscard]] inline Value target_of(const Value& reference) noexcept {
  return referent(*as<WeakReference>(reference));
}

// The item at `position` of the container's dict, or the next one, whose watched side lives, with
// the object instead of the reference to it: false at the end. Moves `position` past it.
[[nodiscard]] bool next_living(const WeakContainer& self, Watched watched, std::size_t& position,
                               Value* key, Value* value);

// An iterator over living items.
[[nodiscard]] Result<Value> iterate_living(WeakContainer& self, Watched watched, ItemPart part);

// A reference to look for: equal to the one in the dict, and of the same hash.
[[nodiscard]] Result<Value> as_key(const Value& value);
[[nodiscard]] Result<bool> weak_key_is_in(const Object& self, const Object& item);
[[nodiscard]] Result<std::size_t> length_of_container(const Object& self);
// Watches the key if it is new.
[[nodiscard]] Result<void> set_by_weak_key(WeakContainer& self, const Value& key, Value value);
[[nodiscard]] Error no_key(const Value& key);

// Makes the members of a new container: false when memory is exhausted. `forget` gets the container
// as a WeakReference for its closure.
[[nodiscard]] bool try_equip(WeakContainer& container, Code forget) noexcept;
// A `forget` of containers whose keys are the references.
[[nodiscard]] Result<Value> forget_key(const Value& container, std::span<const Value> arguments);

template <class T>
[[nodiscard]] Ref<T> try_weak_container(Code forget) noexcept {
  Ref<T> container = try_build<T>(T::type, sizeof(T));
  if (!container) return nullptr;
  container = publish(std::move(container), true);
  return container && try_equip(*container, forget) ? container : nullptr;
}

}  // namespace exuvia::types
