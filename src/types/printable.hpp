// Which characters a repr shows as they are.
#pragma once

namespace exuvia::types {

// str.isprintable() of one character.
[[nodiscard]] bool is_printable(char32_t character) noexcept;

}  // namespace exuvia::types
