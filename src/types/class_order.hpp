// In which order a class's attributes are looked for.
#pragma once

#include <span>
#include <vector>

#include "exuvia/types/class.hpp"

namespace exuvia::types {

// The order of all classes above one with these bases (C3 linearisation, as Python's MRO).
[[nodiscard]] Result<std::vector<Value>> linearise(std::span<const Ref<Class>> bases);

}  // namespace exuvia::types
