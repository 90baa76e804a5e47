// exuvia::owns_elements is for ranges that can be walked through as constants
#include "exuvia/runtime.hpp"

class Closed {
  Closed() = default;
};
template <>
inline constexpr bool exuvia::owns_elements<Closed> = true;

static_assert(!exuvia::runtime::holds_refs<Closed>);
