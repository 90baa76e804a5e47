// UTF-8, strictly: no surrogates, no overlong forms, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace exuvia::types {

// One character decoded, or why not.
struct Decoded {
  char32_t character = 0;
  std::size_t bytes = 0;         // used
  const char* reason = nullptr;  // null: decoded
};

// Decodes the character at the start of `text`, which is not empty.
[[nodiscard]] Decoded decode_utf8(std::string_view text) noexcept;
void append_utf8(std::string& out, char32_t character);

}  // namespace exuvia::types
