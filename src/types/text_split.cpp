// A text's parts, and texts joined.
#include <algorithm>
#include <vector>

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/list.hpp"
#include "exuvia/types/none.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/text.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/characters.hpp"

namespace exuvia::types {

namespace {

struct Part {
  std::size_t begin;
  std::size_t end;
};
using Parts = std::vector<Part>;

// The list comes last, as its birth may change a bytearray.
Result<Value> listed(const Value& text, const Parts& parts) {
  std::vector<Value> items;
  items.reserve(parts.size());
  for (const Part& part : parts) {
    Result<Value> each = part_of(text, part.begin, part.end);
    if (!each) return each;
    items.push_back(*std::move(each));
  }
  return made(make_list(items));
}

Parts between_separators(const Characters& text, const Characters& separator, std::size_t most) {
  Parts parts;
  std::size_t begin = 0;
  while (parts.size() < most) {
    const std::size_t at = first_of(text, separator, begin, text.length);
    if (at == kNowhere) break;
    parts.push_back({begin, at});
    begin = at + separator.length;
  }
  parts.push_back({begin, text.length});
  return parts;
}

Parts between_separators_from_end(const Characters& text, const Characters& separator,
                                  std::size_t most) {
  Parts parts;
  std::size_t end = text.length;
  while (parts.size() < most) {
    const std::size_t at = last_of(text, separator, 0, end);
    if (at == kNowhere) break;
    parts.push_back({at + separator.length, end});
    end = at;
  }
  parts.push_back({0, end});
  std::reverse(parts.begin(), parts.end());
  return parts;
}

// The last part, when no more cuts are made, keeps the blanks at its end.
Parts between_blanks(const Characters& text, std::size_t most) {
  Parts parts;
  for (std::size_t i = 0;;) {
    while (i < text.length && text.is_blank(i)) ++i;
    if (i == text.length) return parts;
    const std::size_t begin = i;
    if (parts.size() == most) i = text.length;
    while (i < text.length && !text.is_blank(i)) ++i;
    parts.push_back({begin, i});
  }
}

Parts between_blanks_from_end(const Characters& text, std::size_t most) {
  Parts parts;
  for (std::size_t i = text.length;;) {
    while (i > 0 && text.is_blank(i - 1)) --i;
    if (i == 0) break;
    const std::size_t end = i;
    if (parts.size() == most) i = 0;
    while (i > 0 && !text.is_blank(i - 1)) --i;
    parts.push_back({i, end});
  }
  std::reverse(parts.begin(), parts.end());
  return parts;
}

struct Cutting {
  const char* method;
  Parts (*between_separators)(const Characters& text, const Characters& separator,
                              std::size_t most);
  Parts (*between_blanks)(const Characters& text, std::size_t most);
};

Result<Value> split_by(const Cutting& cutting, const Value& text, const Value& separator,
                       std::int64_t most) {
  const Result<Characters> characters = text_of(text, cutting.method);
  if (!characters) return characters.failure();
  const std::size_t cuts = most < 0 ? SIZE_MAX : static_cast<std::size_t>(most);
  if (!separator || is<None>(separator))
    return listed(text, cutting.between_blanks(*characters, cuts));
  const Result<Characters> between = operand_of(text, separator, "must be str or None");
  if (!between) return between.failure();
  if (between->length == 0) return value_error("empty separator");
  return listed(text, cutting.between_separators(*characters, *between, cuts));
}

// Of bytearrays all is new, also the separator.
Result<Value> separator_of(const Value& text, const Value& separator, const Characters& between) {
  return is<ByteArray>(text) ? assembled(text, {{between}}) : Result<Value>(separator);
}

using Search = decltype(first_of);

Result<Value> partition_at(Search& search, const char* method, const Value& text,
                           const Value& separator) {
  const Result<Characters> characters = text_of(text, method);
  if (!characters) return characters.failure();
  const Result<Characters> between = operand_of(text, separator);
  if (!between) return between.failure();
  if (between->length == 0) return value_error("empty separator");
  const std::size_t length = characters->length;
  const std::size_t at = search(*characters, *between, 0, length);
  const bool is_found = at != kNowhere;
  const bool is_from_start = &search == &first_of;
  // Not found, the text stands on the side from which the search began.
  const std::size_t before = is_found ? at : is_from_start ? length : 0;
  const std::size_t after = is_found ? at + between->length : before;
  const Result<Value> head = part_of(text, 0, before);
  const Result<Value> middle =
      is_found ? separator_of(text, separator, *between) : assembled(text, {});
  const Result<Value> tail = part_of(text, after, length);
  if (!head || !middle || !tail) return out_of_memory();
  return made(types::make_tuple({*head, *middle, *tail}));
}

Result<Characters> to_join(const Value& separator, const Value& item, std::size_t position) {
  const std::string place = "sequence item " + std::to_string(position) + ": expected ";
  Result<Characters> characters = operand_of(separator, item);
  if (characters) return characters;
  return type_error(place + (is<Str>(separator) ? "str instance, " : "a bytes-like object, ") +
                    type_name(*item) + " found");
}

}  // namespace

Result<Value> split(const Value& text, const Value& separator, std::int64_t most) {
  return split_by({"split", &between_separators, &between_blanks}, text, separator, most);
}

Result<Value> rsplit(const Value& text, const Value& separator, std::int64_t most) {
  return split_by({"rsplit", &between_separators_from_end, &between_blanks_from_end}, text,
                  separator, most);
}

Result<Value> splitlines(const Value& text, LineEnds ends) {
  const Result<Characters> characters = text_of(text, "splitlines");
  if (!characters) return characters.failure();
  Parts lines;
  for (std::size_t i = 0; i < characters->length;) {
    const std::size_t begin = i;
    while (i < characters->length && !characters->is_line_break(i)) ++i;
    const std::size_t end = i;
    if (i < characters->length) {
      const bool is_pair =
          (*characters)[i] == '\r' && i + 1 < characters->length && (*characters)[i + 1] == '\n';
      i += is_pair ? 2 : 1;
    }
    lines.push_back({begin, ends == LineEnds::kKept ? i : end});
  }
  return listed(text, lines);
}

Result<Value> partition(const Value& text, const Value& separator) {
  return partition_at(first_of, "partition", text, separator);
}

Result<Value> rpartition(const Value& text, const Value& separator) {
  return partition_at(last_of, "rpartition", text, separator);
}

Result<Value> join(const Value& separator, const Value& iterable) {
  Result<Characters> between = text_of(separator, "join");
  if (!between) return between.failure();
  if (type_of(iterable).does.iterate == nullptr) return type_error("can only join an iterable");
  // Gathered first, so that none changes any more.
  const Result<Ref<List>> items = list_of(iterable);
  if (!items) return items.failure();
  between = text_of(separator, "join");
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < (*items)->size; ++i) {
    const Result<Characters> item = to_join(separator, (*items)->storage[i], i);
    if (!item) return item.failure();
    if (i > 0) pieces.push_back({*between});
    pieces.push_back({*item});
  }
  const bool is_it = pieces.size() == 1 && is<Str>(separator);
  return is_it ? Result<Value>((*items)->storage[0]) : assembled(separator, pieces);
}

}  // namespace exuvia::types
