// Values as texts of a wanted form.
//
// Besides these there is `%`: modulo(pattern, values) of a Str, with a Tuple of values, a mapping
// for "%(name)s", or one value.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "exuvia/types/object.hpp"

namespace exuvia::types {

// format(value, spec), in UTF-8. A spec is
// [[fill]align][sign][z][#][0][width][grouping][.precision] [type], as ">8", "+,.2f" or "#x";
// instances are asked for their __format__. ValueError for a spec that is none of the value's type,
// TypeError for one of a type that knows none.
[[nodiscard]] Result<std::string> format(const Value& value, std::string_view spec = {});

// pattern.format(*arguments, **named), of a Str with fields like "{0.name!r:>{width}}". `named` is
// any mapping; empty: there are no names. What a field names and is not there is an IndexError or a
// KeyError, a pattern that is none a ValueError.
[[nodiscard]] Result<Value> format_text(const Value& pattern, std::span<const Value> arguments,
                                        const Value& named = nullptr);
// pattern.format_map(mapping)
[[nodiscard]] Result<Value> format_map(const Value& pattern, const Value& mapping);

}  // namespace exuvia::types
