// Float: a double.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// Immutable.
struct Float : Object {
  static const Type type;

  double value;
};

// The Float; empty when memory is exhausted.
[[nodiscard]] Ref<Float> make_float(double value) noexcept;
// float(text), in digits of any script; ValueError for anything else than a number, "inf",
// "infinity" or "nan".
[[nodiscard]] Result<Value> parse_float(std::string_view text);
// The shortest text that reads back as the same double, in Python's form: 1.0, 1e+16, inf, nan.
[[nodiscard]] std::string float_to_string(double value);
// The value as a double, if it is a Float, an Int or a Bool. OverflowError for too large an Int,
// TypeError for other types.
[[nodiscard]] Result<double> to_double(const Value& value);

[[nodiscard]] bool is_integer(double value) noexcept;
// float.hex(): exact, 0x1.8000000000000p+0. And back, rounded to the nearest double: ValueError,
// OverflowError.
[[nodiscard]] std::string float_to_hex(double value);
[[nodiscard]] Result<Value> float_from_hex(std::string_view text);
// A Tuple of the numerator and the denominator in lowest terms. ValueError and OverflowError for
// nan and infinities.
[[nodiscard]] Result<Value> as_integer_ratio(double value);

}  // namespace exuvia::types
