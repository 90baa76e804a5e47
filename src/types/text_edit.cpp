// Texts with something taken off, replaced or put around.
#include <algorithm>
#include <vector>

#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/text.hpp"
#include "types/bytes_view.hpp"
#include "types/characters.hpp"

namespace exuvia::types {

namespace {

// As operand_of(), in the words for arguments that have a position: CPython calls None by its name.
Result<Characters> argument_of(const Value& text, const Value& argument, const char* wanted_str) {
  if (is<Str>(text) && is<None>(argument))
    return type_error(std::string(wanted_str) + ", not None");
  return operand_of(text, argument, wanted_str);
}

bool holds(const Characters& set, char32_t character) noexcept {
  for (std::size_t i = 0; i < set.length; ++i) {
    if (set[i] == character) return true;
  }
  return false;
}

Result<Value> stripped(const char* method, const Value& text, const Value& characters,
                       bool at_start, bool at_end) {
  const Result<Characters> all = text_of(text, method);
  if (!all) return all.failure();
  const bool is_blank = !characters || is<None>(characters);
  if (!is_blank && is<Str>(text) && !is<Str>(characters))
    return type_error(std::string(method) + " arg must be None or str");
  const Result<Characters> set = is_blank ? *all : operand_of(text, characters);
  if (!set) return set.failure();
  const auto goes = [&](std::size_t i) {
    return is_blank ? all->is_blank(i) : holds(*set, (*all)[i]);
  };
  std::size_t begin = 0;
  std::size_t end = all->length;
  while (at_start && begin < end && goes(begin)) ++begin;
  while (at_end && end > begin && goes(end - 1)) --end;
  return part_of(text, begin, end);
}

// The character to fill up with, a blank if none is given.
class Fill {
 public:
  [[nodiscard]] static Result<Characters> of(const char* method, const Value& text,
                                             const Value& fill) {
    static constexpr char kBlank[] = " ";
    if (!fill) return Characters::of_bytes({kBlank, 1});
    if (!is<Str>(text)) return of_bytes(method, fill);
    Result<Characters> character =
        operand_of(text, fill, "The fill character must be a unicode character");
    if (character && character->length != 1)
      return type_error("The fill character must be exactly one character long");
    return character;
  }

 private:
  static Result<Characters> of_bytes(const char* method, const Value& fill) {
    const auto view = view_of(*fill);
    if (view && view->size() == 1) return Characters::of_bytes(*view);
    return type_error(std::string(method) +
                      "() argument 2 must be a byte string of length 1, not " +
                      (is<None>(fill) ? "None" : type_name(*fill)));
  }
};

// How much of the room beyond the text lies before it.
using Share = std::size_t (*)(std::size_t room, std::size_t width);

Result<Value> padded(const char* method, const Value& text, std::int64_t width, const Value& fill,
                     Share before) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  const Result<Characters> with = Fill::of(method, text, fill);
  if (!with) return with.failure();
  const std::size_t length = characters->length;
  if (width <= static_cast<std::int64_t>(length)) return part_of(text, 0, length);
  const std::size_t room = static_cast<std::size_t>(width) - length;
  const std::size_t head = before(room, static_cast<std::size_t>(width));
  return assembled(text, {{*with, head}, {*characters}, {*with, room - head}});
}

}  // namespace

Result<Value> strip(const Value& text, const Value& characters) {
  return stripped("strip", text, characters, true, true);
}
Result<Value> lstrip(const Value& text, const Value& characters) {
  return stripped("lstrip", text, characters, true, false);
}
Result<Value> rstrip(const Value& text, const Value& characters) {
  return stripped("rstrip", text, characters, false, true);
}

Result<Value> remove_prefix(const Value& text, const Value& prefix) {
  const Result<Characters> all = text_of(text, "removeprefix");
  if (!all) return all.failure();
  const Result<Characters> goes = argument_of(text, prefix, "removeprefix() argument must be str");
  if (!goes) return goes.failure();
  const bool is_there = goes->length <= all->length && matches_at(*all, *goes, 0);
  return part_of(text, is_there ? goes->length : 0, all->length);
}

Result<Value> remove_suffix(const Value& text, const Value& suffix) {
  const Result<Characters> all = text_of(text, "removesuffix");
  if (!all) return all.failure();
  const Result<Characters> goes = argument_of(text, suffix, "removesuffix() argument must be str");
  if (!goes) return goes.failure();
  const bool is_there =
      goes->length <= all->length && matches_at(*all, *goes, all->length - goes->length);
  return part_of(text, 0, is_there ? all->length - goes->length : all->length);
}

Result<Value> replace(const Value& text, const Value& part, const Value& with, std::int64_t most) {
  const Result<Characters> all = text_of(text, "replace");
  if (!all) return all.failure();
  const Result<Characters> goes = argument_of(text, part, "replace() argument 1 must be str");
  if (!goes) return goes.failure();
  const Result<Characters> comes = argument_of(text, with, "replace() argument 2 must be str");
  if (!comes) return comes.failure();
  std::vector<Piece> pieces;
  std::size_t kept = 0;  // up to here the pieces stand for the text
  std::size_t from = 0;
  for (std::int64_t done = 0; most < 0 || done < most; ++done) {
    const std::size_t at = first_of(*all, *goes, from, all->length);
    if (at == kNowhere) break;
    pieces.push_back({all->part(kept, at)});
    pieces.push_back({*comes});
    kept = at + goes->length;
    // An empty part stands before each character and at the end.
    from = goes->length == 0 ? at + 1 : kept;
  }
  if (pieces.empty()) return part_of(text, 0, all->length);
  pieces.push_back({all->part(kept, all->length)});
  return assembled(text, pieces);
}

Result<Value> center(const Value& text, std::int64_t width, const Value& fill) {
  return padded("center", text, width, fill,
                [](std::size_t room, std::size_t whole) { return room / 2 + (room & whole & 1); });
}
Result<Value> ljust(const Value& text, std::int64_t width, const Value& fill) {
  return padded("ljust", text, width, fill,
                [](std::size_t, std::size_t) -> std::size_t { return 0; });
}
Result<Value> rjust(const Value& text, std::int64_t width, const Value& fill) {
  return padded("rjust", text, width, fill, [](std::size_t room, std::size_t) { return room; });
}

Result<Value> zfill(const Value& text, std::int64_t width) {
  static constexpr char kZero[] = "0";
  const Result<Characters> all = text_of(text, "zfill");
  if (!all) return all.failure();
  const std::size_t length = all->length;
  if (width <= static_cast<std::int64_t>(length)) return part_of(text, 0, length);
  const bool has_sign = length > 0 && ((*all)[0] == '+' || (*all)[0] == '-');
  const std::size_t sign = has_sign ? 1 : 0;
  const Piece zeros{Characters::of_bytes({kZero, 1}), static_cast<std::size_t>(width) - length};
  return assembled(text, {{all->part(0, sign)}, zeros, {all->part(sign, length)}});
}

Result<Value> expandtabs(const Value& text, std::int64_t tab_size) {
  static constexpr char kBlank[] = " ";
  const Result<Characters> all = text_of(text, "expandtabs");
  if (!all) return all.failure();
  const std::size_t size = tab_size > 0 ? static_cast<std::size_t>(tab_size) : 0;
  std::vector<Piece> pieces;
  std::size_t kept = 0;
  std::size_t column = 0;
  for (std::size_t i = 0; i < all->length; ++i) {
    const char32_t c = (*all)[i];
    if (c == '\t') {
      const std::size_t blanks = size == 0 ? 0 : size - column % size;
      pieces.push_back({all->part(kept, i)});
      pieces.push_back({Characters::of_bytes({kBlank, 1}), blanks});
      kept = i + 1;
      column += blanks;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  pieces.push_back({all->part(kept, all->length)});
  return assembled(text, pieces);
}

}  // namespace exuvia::types
