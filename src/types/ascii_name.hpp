// A name to look for that is no object.
#pragma once

#include <string_view>

#include "exuvia/types/str.hpp"
#include "types/text_hash.hpp"

namespace exuvia::types {

// The hash of a literal is computed when it is compiled. A text that is not ASCII is never found.
class AsciiName {
 public:
  constexpr AsciiName(std::string_view text) noexcept
      : text_(text), hash_(hash_bytes(text.data(), text.size())) {}
  consteval AsciiName(const char* text) noexcept : AsciiName(std::string_view(text)) {}

  [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
  [[nodiscard]] constexpr Hash hash() const noexcept { return hash_; }
  [[nodiscard]] bool is_of(const Str& text) const noexcept {
    return text.is_ascii && text.ascii() == text_;
  }

 private:
  std::string_view text_;
  Hash hash_;  // of a Str of this text
};

}  // namespace exuvia::types
