// Numbers without their fraction, or with less of it.
#pragma once

#include <cstdint>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// round(number): the nearest Int, the even one of two. ValueError or OverflowError for a Float that
// is not finite. These four ask instances for their __round__, __floor__, __ceil__ and __trunc__,
// and answer TypeError for other values.
[[nodiscard]] Result<Value> round(const Value& number);
// round(number, digits): a number of the same type with that many decimals; tens and hundreds if
// negative. OverflowError where no Float is so large.
[[nodiscard]] Result<Value> round(const Value& number, std::int64_t digits);
// math.floor(number), math.ceil(number), math.trunc(number): an Int.
[[nodiscard]] Result<Value> floor(const Value& number);
[[nodiscard]] Result<Value> ceil(const Value& number);
[[nodiscard]] Result<Value> trunc(const Value& number);

}  // namespace exuvia::types
