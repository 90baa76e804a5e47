// Inside a Dict.
#pragma once

#include "exuvia/types/dict.hpp"
#include "types/ascii_name.hpp"
#include "types/table.hpp"

namespace exuvia::types {

// The number of the key's entry, or kNoEntry.
[[nodiscard]] Result<std::int32_t> find_in(const Dict& dict, const Value& key, Hash hash);
[[nodiscard]] std::int32_t find_in(const Dict& dict, const AsciiName& name) noexcept;
// Where the dict's keys are not all strings.
[[nodiscard]] std::int32_t find_in_pairs(const Dict& dict, const Str& name) noexcept;
[[nodiscard]] inline std::int32_t find_in(const Dict& dict, const Str& name) noexcept {
  if (dict.table == nullptr) return kNoEntry;
  if (!dict.table->holds_text) return find_in_pairs(dict, name);
  return find_text(static_cast<const Table<TextEntry>&>(*dict.table), name, text_hash(name));
}
[[nodiscard]] const Value& value_at(const Dict& dict, std::int32_t index) noexcept;

// Calls visit with the dict's table, as what it is. The dict has one.
template <class AnyDict, class Visit>
decltype(auto) with_table(AnyDict& dict, Visit&& visit) {
  constexpr bool kConst = std::is_const_v<AnyDict>;
  using Texts = std::conditional_t<kConst, const Table<TextEntry>, Table<TextEntry>>;
  using Pairs = std::conditional_t<kConst, const Table<PairEntry>, Table<PairEntry>>;
  return dict.table->holds_text ? visit(static_cast<Texts&>(*dict.table))
                                : visit(static_cast<Pairs&>(*dict.table));
}

}  // namespace exuvia::types
