// The words for operands that an operator does not know, and what an operator is called.
#pragma once

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// Whether a comparison holds for operands that compare so.
[[nodiscard]] bool holds(Comparison comparison, Ordering ordering) noexcept;

[[nodiscard]] Error unorderable(Comparison comparison, const Object& left, const Object& right);
// Of `left op right`, or of `left op= right`.
enum class Assignment { kNone, kInPlace };
[[nodiscard]] Error unsupported_operands(Operator op, Assignment assignment, const Object& left,
                                         const Object& right);
// Of `del container[key]`: CPython has other words where a container could be asked for positions.
[[nodiscard]] Error unsupported_deletion(const Object& container, const Value& key);
[[nodiscard]] Error unsupported_operand(UnaryOperator op, const Object& value);

}  // namespace exuvia::types
