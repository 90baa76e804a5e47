// What str, bytes and bytearray do alike: the methods that Python gives all three.
//
// `text` is a Str, a Bytes or a ByteArray; so is each other operand, a Str beside a Str and one of
// the others beside one of the others: TypeError otherwise. What is made of a text is of its type.
// Letters of bytes are those of ASCII. Bounds count characters, negative ones from the end; those
// outside are moved to the nearer end.
#pragma once

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "exuvia/types/object.hpp"

namespace exuvia::types {

inline constexpr std::int64_t kTextEnd = INT64_MAX;

// Where `part` begins, first or last: -1 if nowhere. Of bytes, a part may be a number.
[[nodiscard]] Result<std::int64_t> find(const Value& text, const Value& part,
                                        std::int64_t start = 0, std::int64_t stop = kTextEnd);
[[nodiscard]] Result<std::int64_t> rfind(const Value& text, const Value& part,
                                         std::int64_t start = 0, std::int64_t stop = kTextEnd);
// The same, but ValueError if nowhere: Python's index and rindex.
[[nodiscard]] Result<std::int64_t> find_existing(const Value& text, const Value& part,
                                                 std::int64_t start = 0,
                                                 std::int64_t stop = kTextEnd);
[[nodiscard]] Result<std::int64_t> rfind_existing(const Value& text, const Value& part,
                                                  std::int64_t start = 0,
                                                  std::int64_t stop = kTextEnd);
// How often, without overlaps.
[[nodiscard]] Result<std::size_t> count(const Value& text, const Value& part,
                                        std::int64_t start = 0, std::int64_t stop = kTextEnd);
// With `part`, or, if that is a Tuple, with one of its items.
[[nodiscard]] Result<bool> starts_with(const Value& text, const Value& part, std::int64_t start = 0,
                                       std::int64_t stop = kTextEnd);
[[nodiscard]] Result<bool> ends_with(const Value& text, const Value& part, std::int64_t start = 0,
                                     std::int64_t stop = kTextEnd);

// Lists of the parts between separators, or, without one, between runs of blanks. At most `most`
// cuts are made, from the left or from the right; any number if it is negative.
[[nodiscard]] Result<Value> split(const Value& text, const Value& separator = nullptr,
                                  std::int64_t most = -1);
[[nodiscard]] Result<Value> rsplit(const Value& text, const Value& separator = nullptr,
                                   std::int64_t most = -1);
enum class LineEnds { kDropped, kKept };
[[nodiscard]] Result<Value> splitlines(const Value& text, LineEnds ends = LineEnds::kDropped);
// A Tuple: what is before the first or last separator, the separator, and what is after it.
[[nodiscard]] Result<Value> partition(const Value& text, const Value& separator);
[[nodiscard]] Result<Value> rpartition(const Value& text, const Value& separator);
// The texts that iterating gives, with `separator` between them.
[[nodiscard]] Result<Value> join(const Value& separator, const Value& iterable);

// Without blanks, or without any of `characters`, at both ends or at one.
[[nodiscard]] Result<Value> strip(const Value& text, const Value& characters = nullptr);
[[nodiscard]] Result<Value> lstrip(const Value& text, const Value& characters = nullptr);
[[nodiscard]] Result<Value> rstrip(const Value& text, const Value& characters = nullptr);
[[nodiscard]] Result<Value> remove_prefix(const Value& text, const Value& prefix);
[[nodiscard]] Result<Value> remove_suffix(const Value& text, const Value& suffix);
// At most `most` times, from the left; any number of times if it is negative.
[[nodiscard]] Result<Value> replace(const Value& text, const Value& part, const Value& with,
                                    std::int64_t most = -1);

// At least `width` long, with blanks, or another character `fill`, around or behind or before it.
[[nodiscard]] Result<Value> center(const Value& text, std::int64_t width,
                                   const Value& fill = nullptr);
[[nodiscard]] Result<Value> ljust(const Value& text, std::int64_t width,
                                  const Value& fill = nullptr);
[[nodiscard]] Result<Value> rjust(const Value& text, std::int64_t width,
                                  const Value& fill = nullptr);
// With zeros between a sign and the rest.
[[nodiscard]] Result<Value> zfill(const Value& text, std::int64_t width);
[[nodiscard]] Result<Value> expandtabs(const Value& text, std::int64_t tab_size = 8);

// In other letters, as Unicode 14 maps them; the last is for a Str only.
[[nodiscard]] Result<Value> lower(const Value& text);
[[nodiscard]] Result<Value> upper(const Value& text);
[[nodiscard]] Result<Value> title(const Value& text);
[[nodiscard]] Result<Value> capitalize(const Value& text);
[[nodiscard]] Result<Value> swapcase(const Value& text);
[[nodiscard]] Result<Value> casefold(const Value& text);

// With each character replaced by what getitem(table, its number) gives: a Str, a number, None for
// nothing; a character that the table fails to find stays. Of bytes, the table is 256 bytes, or
// None, and the bytes `deleted` are left out.
[[nodiscard]] Result<Value> translate(const Value& text, const Value& table,
                                      const Value& deleted = nullptr);
// str.maketrans(from, to, deleted) and bytes.maketrans(from, to).
[[nodiscard]] Result<Ref<Dict>> str_translation(const Value& from, const Value& to,
                                                const Value& deleted = nullptr);
[[nodiscard]] Result<Ref<Bytes>> bytes_translation(const Value& from, const Value& to);

// Whether all characters are of a kind, and there is one; an empty text is ASCII and printable. The
// last four are for a Str only.
[[nodiscard]] Result<bool> is_alpha(const Value& text);
[[nodiscard]] Result<bool> is_alnum(const Value& text);
[[nodiscard]] Result<bool> is_ascii(const Value& text);
[[nodiscard]] Result<bool> is_digit(const Value& text);
[[nodiscard]] Result<bool> is_space(const Value& text);
[[nodiscard]] Result<bool> is_lower(const Value& text);
[[nodiscard]] Result<bool> is_upper(const Value& text);
[[nodiscard]] Result<bool> is_title(const Value& text);
[[nodiscard]] Result<bool> is_decimal(const Value& text);
[[nodiscard]] Result<bool> is_numeric(const Value& text);
[[nodiscard]] Result<bool> is_identifier(const Value& text);
[[nodiscard]] Result<bool> is_printable(const Value& text);

}  // namespace exuvia::types
