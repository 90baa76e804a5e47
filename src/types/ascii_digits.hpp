// Numbers written in digits of any script.
#pragma once

#include <string>
#include <string_view>

namespace exuvia::types {

// The text with ASCII digits for the decimal digits of all scripts, and blanks for all of
// Unicode's; as it is if it is all ASCII or no UTF-8.
[[nodiscard]] std::string with_ascii_digits(std::string_view utf8);

}  // namespace exuvia::types
