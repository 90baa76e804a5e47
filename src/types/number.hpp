// What numbers of all types do together: compare and compute, Int with Float.
#pragma once

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// Slots of Int, Bool and Float. Numbers compare by value, exactly, whatever their types.
[[nodiscard]] Result<bool> equal_numbers(const Object& self, const Object& other);
[[nodiscard]] Result<Ordering> order_numbers(const Object& self, const Object& other);
[[nodiscard]] Result<Value> binary_numbers(Operator op, const Value& left, const Value& right);

[[nodiscard]] Result<Value> unary_number(UnaryOperator op, const Value& self);

[[nodiscard]] Result<Value> binary_ints(Operator op, const struct Int& left,
                                        const struct Int& right);
[[nodiscard]] Result<Value> unary_int(UnaryOperator op, const struct Int& self);
[[nodiscard]] Result<Value> binary_doubles(Operator op, double left, double right);

}  // namespace exuvia::types
