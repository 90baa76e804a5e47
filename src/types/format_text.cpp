// str.format and str.format_map.
#include "exuvia/types/format.hpp"

#include <algorithm>

#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "types/format_spec.hpp"
#include "types/text.hpp"
#include "types/utf8.hpp"

namespace exuvia::types {

namespace {

using Text = std::u32string_view;

// A replacement field as it is written: {name!conversion:spec}.
struct Field {
  Text name;
  char32_t conversion = 0;
  Text spec;
};

// A pattern from its start to its end.
class PatternReader {
 public:
  explicit PatternReader(Text pattern) noexcept : left_(pattern) {}

  // Appends the text before the next field, whose brace is read too: whether there is one.
  Result<bool> read_literal(std::string& out) {
    while (!left_.empty()) {
      const char32_t c = take();
      const bool is_brace = c == '{' || c == '}';
      const bool is_doubled = is_brace && !left_.empty() && left_[0] == c;
      if (c == '{' && !is_doubled && !left_.empty()) return true;
      if (is_brace && !is_doubled) {
        return value_error("Single '" + std::string(1, static_cast<char>(c)) +
                           "' encountered in format string");
      }
      if (is_doubled) take();
      append_utf8(out, c);
    }
    return false;
  }

  // What is between the field's braces, of which the closing one is read.
  Result<Field> read_field() {
    Field field;
    const Result<char32_t> end = read_name(field);
    if (!end) return end.failure();
    bool is_over = *end == '}';
    if (*end == '!') {
      const Result<bool> is_last = read_conversion(field);
      if (!is_last) return is_last.failure();
      is_over = *is_last;
    }
    if (!is_over && !reads_spec(field)) return value_error("unmatched '{' in format spec");
    return field;
  }

 private:
  char32_t take() noexcept {
    const char32_t first = left_[0];
    left_.remove_prefix(1);
    return first;
  }

  // The character that ends it.
  Result<char32_t> read_name(Field& field) {
    const Text all = left_;
    while (!left_.empty()) {
      const char32_t c = take();
      if (c == '{') return value_error("unexpected '{' in field name");
      while (c == '[' && !left_.empty() && left_[0] != ']') take();
      if (c != '}' && c != ':' && c != '!') continue;
      field.name = all.substr(0, all.size() - left_.size() - 1);
      return c;
    }
    return value_error("expected '}' before end of string");
  }

  // Whether the field ends with it.
  Result<bool> read_conversion(Field& field) {
    if (left_.empty()) return value_error("end of string while looking for conversion specifier");
    field.conversion = take();
    if (left_.empty()) return false;
    const char32_t c = take();
    if (c != '}' && c != ':') return value_error("expected ':' after conversion specifier");
    return c == '}';
  }

  // False where it does not end.
  bool reads_spec(Field& field) {
    const Text all = left_;
    for (int open = 1; !left_.empty();) {
      const char32_t c = take();
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open > 0) continue;
      field.spec = all.substr(0, all.size() - left_.size() - 1);
      return true;
    }
    return false;
  }

  Text left_;
};

// The values that the fields of a pattern, and of their specs, name.
class FieldValues {
 public:
  FieldValues(const std::span<const Value>* arguments, const Value& named) noexcept
      : arguments_(arguments), named_(named) {}

  // first.name[item]…
  Result<Value> get(Text name) {
    const std::size_t end = std::min(name.find_first_of(U".["), name.size());
    Result<Value> value = get_first(name.substr(0, end));
    Text rest = name.substr(end);
    while (value && !rest.empty()) value = get_part(*value, rest);
    return value;
  }

 private:
  enum class Numbering { kUnknown, kAutomatic, kManual };

  Result<Value> get_first(Text name) {
    Text rest = name;
    Result<std::int64_t> number = read_number(rest);
    if (!number) return number.failure();
    if (!name.empty() && (*number == FormatSpec::kNone || !rest.empty())) return get_named(name);
    const Numbering wanted = name.empty() ? Numbering::kAutomatic : Numbering::kManual;
    if (numbering_ != Numbering::kUnknown && numbering_ != wanted) {
      return value_error(wanted == Numbering::kManual
                             ? "cannot switch from automatic field numbering to manual field "
                               "specification"
                             : "cannot switch from manual field specification to automatic "
                               "field numbering");
    }
    numbering_ = wanted;
    const std::int64_t at = name.empty() ? next_++ : *number;
    if (arguments_ == nullptr) return value_error("Format string contains positional fields");
    if (at < static_cast<std::int64_t>(arguments_->size()))
      return (*arguments_)[static_cast<std::size_t>(at)];
    return index_error("Replacement index " + std::to_string(at) +
                       " out of range for positional args tuple");
  }

  Result<Value> get_named(Text name) {
    const Result<Ref<Str>> key = make_str(to_utf8(name));
    if (!key) return key.failure();
    if (named_) return getitem(named_, *key);
    const Result<std::string> shown = repr(*key);
    return shown ? Error{ErrorKind::kKeyError, *shown} : shown.error();
  }

  // One .name or [item], which is taken off.
  static Result<Value> get_part(const Value& value, Text& rest) {
    const bool is_item = rest[0] == '[';
    if (!is_item && rest[0] != '.')
      return value_error("Only '.' or '[' may follow ']' in format field specifier");
    rest.remove_prefix(1);
    const std::size_t end = is_item ? rest.find(U']') : rest.find_first_of(U".[");
    if (is_item && end == Text::npos) return value_error("Missing ']' in format string");
    const Text name = rest.substr(0, end);
    rest.remove_prefix(std::min(name.size() + (is_item ? 1 : 0), rest.size()));
    if (name.empty()) return value_error("Empty attribute in format string");
    const Result<Ref<Str>> key = make_str(to_utf8(name));
    if (!key) return key.failure();
    return is_item ? get_item(value, name, *key) : getattr(value, Value(*key));
  }

  static Result<Value> get_item(const Value& value, Text name, const Ref<Str>& key) {
    Text rest = name;
    const Result<std::int64_t> number = read_number(rest);
    if (!number) return number.failure();
    if (*number == FormatSpec::kNone || !rest.empty()) return getitem(value, key);
    const Result<Value> position = made(make_int(*number));
    return position ? getitem(value, *position) : position;
  }

  const std::span<const Value>* arguments_;  // null: there are none, not even positions
  const Value& named_;
  Numbering numbering_ = Numbering::kUnknown;
  std::int64_t next_ = 0;
};

// str(value), repr(value) or ascii(value).
Result<Value> converted(const Value& value, char32_t conversion) {
  std::string text;
  Result<void> done;
  if (conversion == 's') {
    done = append_str(*value, text);
  } else if (conversion == 'r') {
    done = append_repr(*value, text);
  } else if (conversion == 'a') {
    done = append_ascii(*value, text);
  } else {
    return value_error("Unknown conversion specifier " + shown_code(conversion));
  }
  if (!done) return done.failure();
  const Result<Ref<Str>> made_text = make_str(text);
  if (!made_text) return made_text.failure();
  return Value(*made_text);
}

// A pattern may have fields in its fields' specs, but those none in theirs.
// NOLINTBEGIN(misc-no-recursion)
constexpr int kDeepest = 2;

Result<void> append_formatted(Text pattern, FieldValues& values, int depth, std::string& out);

Result<void> append_field(const Field& field, FieldValues& values, int depth, std::string& out) {
  Result<Value> value = values.get(field.name);
  if (value && field.conversion != 0) value = converted(*value, field.conversion);
  if (!value) return value.failure();
  std::string spec;
  if (field.spec.find(U'{') == Text::npos) {
    spec = to_utf8(field.spec);
  } else if (Result<void> done = append_formatted(field.spec, values, depth + 1, spec); !done) {
    return done;
  }
  const Result<Ref<Str>> spec_text = make_str(spec);
  if (!spec_text) return spec_text.failure();
  return append_format(**value, **spec_text, out);
}

Result<void> append_formatted(Text pattern, FieldValues& values, int depth, std::string& out) {
  if (depth > kDeepest) return value_error("Max string recursion exceeded");
  PatternReader reader(pattern);
  for (;;) {
    const Result<bool> has_field = reader.read_literal(out);
    if (!has_field) return has_field.failure();
    if (!*has_field) return {};
    const Result<Field> field = reader.read_field();
    if (!field) return field.failure();
    if (Result<void> done = append_field(*field, values, depth, out); !done) return done;
  }
}

// NOLINTEND(misc-no-recursion)

Result<Value> formatted(const char* method, const Value& pattern, FieldValues values) {
  const Str* const text = as<Str>(pattern);
  if (text == nullptr) {
    return Error{ErrorKind::kAttributeError,
                 "'" + type_name(*pattern) + "' object has no attribute '" + method + "'"};
  }
  std::string out;
  if (Result<void> done = append_formatted(to_utf32(*text), values, 1, out); !done)
    return done.failure();
  const Result<Ref<Str>> result = make_str(out);
  if (!result) return result.failure();
  return Value(*result);
}

}  // namespace

Result<Value> format_text(const Value& pattern, std::span<const Value> arguments,
                          const Value& named) {
  return formatted("format", pattern, FieldValues(&arguments, named));
}

Result<Value> format_map(const Value& pattern, const Value& mapping) {
  return formatted("format_map", pattern, FieldValues(nullptr, mapping));
}

}  // namespace exuvia::types
