// The slots of a class: where they lie in its instances, and the attributes that stand for them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "exuvia/types/class.hpp"

namespace exuvia::types {

// The class that adds the last of the slots that the bases have; null if they have none. TypeError
// if the slots of one base do not begin with those of the other.
[[nodiscard]] Result<const Class*> last_with_slots(std::span<const Ref<Class>> bases);

// TypeError or ValueError if a class with these attributes cannot have these slots.
[[nodiscard]] Result<std::vector<Ref<Str>>> names_of_slots(std::span<const std::string_view> slots,
                                                           const Dict* attributes);
// Adds slots behind those of the bases to a class that has no instances yet.
[[nodiscard]] Result<void> add_slots(const Ref<Class>& of, std::span<const Ref<Str>> names);

// Whether a class in the order stands before one that adds slots and is not derived from it: the
// attributes it gets hide slots which it does not know.
[[nodiscard]] bool may_hide_slots(std::span<const Value> order) noexcept;

}  // namespace exuvia::types
