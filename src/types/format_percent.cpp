// pattern % values
#include <algorithm>
#include <limits>
#include <optional>

#include "exuvia/types/float.hpp"
#include "exuvia/types/int.hpp"
#include "exuvia/types/protocol.hpp"
#include "exuvia/types/str.hpp"
#include "exuvia/types/tuple.hpp"
#include "types/bytes_view.hpp"
#include "types/defaults.hpp"
#include "types/format_spec.hpp"
#include "types/instance.hpp"
#include "types/special_methods.hpp"
#include "types/text.hpp"

namespace exuvia::types {

namespace {

using Text = std::u32string_view;

bool is_mapping(const Value& value) {
  if (is<Str>(value) || is<Tuple>(value)) return false;
  if (own_class(*value) != nullptr) return static_cast<bool>(method_of(*value, "__getitem__"));
  return type_of(value).does.getitem != nullptr;
}

// The values of a pattern, one after another: those of a tuple, or a single one, or the one that
// was named last.
class PercentValues {
 public:
  explicit PercentValues(const Value& values)
      : all_(values), single_(values), is_mapping_(types::is_mapping(values)) {
    if (const Tuple* const tuple = as<Tuple>(values)) items_ = tuple->items();
  }

  [[nodiscard]] bool is_mapping() const noexcept { return is_mapping_; }

  Result<Value> next() {
    const std::span<const Value> values = items();
    if (taken_ == values.size()) return type_error("not enough arguments for format string");
    return values[taken_++];
  }
  // The next value is to be that of the name.
  Result<void> look_up(Text name) {
    const Result<Ref<Str>> key = make_str(to_utf8(name));
    if (!key) return key.failure();
    Result<Value> found = getitem(all_, *key);
    if (!found) return found.failure();
    single_ = *std::move(found);
    taken_ = 0;
    return {};
  }
  [[nodiscard]] Result<void> check_all_taken() const {
    if (taken_ == items().size() || is_mapping_) return {};
    return type_error("not all arguments converted during string formatting");
  }

 private:
  [[nodiscard]] std::span<const Value> items() const noexcept {
    return items_ ? *items_ : std::span(&single_, 1);
  }

  Value all_;
  Value single_;
  std::optional<std::span<const Value>> items_;
  bool is_mapping_;
  std::size_t taken_ = 0;
};

// What stands behind a %, from its start to its end.
class DirectiveReader {
 public:
  DirectiveReader(Text& left, PercentValues& values) noexcept : left_(left), values_(values) {}

  // [(name)][flags][width][.precision]code, as the spec of the same text.
  Result<FormatSpec> read() {
    FormatSpec spec{.align = '>'};
    if (Result<void> done = read_name(); !done) return done.failure();
    while (!left_.empty() && is_flag(spec)) left_.remove_prefix(1);
    if (Result<void> done = read_width(spec); !done) return done.failure();
    if (Result<void> done = read_precision(spec); !done) return done.failure();
    if (!left_.empty() && Text(U"hlL").find(left_[0]) != Text::npos) left_.remove_prefix(1);
    if (left_.empty()) return value_error("incomplete format");
    spec.type = left_[0];
    left_.remove_prefix(1);
    return spec;
  }

 private:
  Result<void> read_name() {
    if (!left_.starts_with(U'(')) return {};
    if (!values_.is_mapping()) return type_error("format requires a mapping");
    std::size_t end = 0;
    int open = 0;
    do {
      open += left_[end] == '(' ? 1 : left_[end] == ')' ? -1 : 0;
      ++end;
    } while (open > 0 && end < left_.size());
    if (open > 0) return value_error("incomplete format key");
    const Text name = left_.substr(1, end - 2);
    left_.remove_prefix(end);
    return values_.look_up(name);
  }

  // Whether the next character is a flag, which goes into the spec.
  bool is_flag(FormatSpec& spec) const noexcept {
    const char32_t flag = left_[0];
    if (flag == '-') spec.align = '<';
    if (flag == '+' || (flag == ' ' && spec.sign != '+')) spec.sign = static_cast<char>(flag);
    if (flag == '#') spec.is_alternate = true;
    if (flag == '0') spec.fill = '0';
    return Text(U"-+ #0").find(flag) != Text::npos;
  }

  Result<void> read_width(FormatSpec& spec) {
    if (left_.starts_with(U'*')) {
      const Result<std::int64_t> width = read_star(INT64_MAX, "ssize_t");
      if (!width) return width.failure();
      if (*width < 0) spec.align = '<';
      spec.width = *width < 0 ? -*width : *width;
    } else {
      const Result<std::int64_t> width = read_number(left_, "width too big");
      if (!width) return width.failure();
      spec.width = *width;
    }
    if (spec.width > static_cast<std::int64_t>(kMostBytes)) return out_of_memory();
    return {};
  }

  Result<void> read_precision(FormatSpec& spec) {
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    if (!left_.starts_with(U'.')) return {};
    left_.remove_prefix(1);
    const bool is_star = left_.starts_with(U'*');
    const Result<std::int64_t> precision =
        is_star ? read_star(kMost, "int") : read_number(left_, "precision too big");
    if (!precision) return precision.failure();
    if (*precision > kMost) return value_error("precision too big");
    spec.precision = std::max(*precision, std::int64_t{0});
    return {};
  }

  // The next value instead of digits.
  Result<std::int64_t> read_star(std::int64_t most, const char* c_type) {
    left_.remove_prefix(1);
    const Result<Value> value = values_.next();
    if (!value) return value.failure();
    if (as_integer(*value) == nullptr) return type_error("* wants int");
    const auto number = as_integer(*value)->to_int64();
    if (number && *number <= most && *number >= -most) return *number;
    return Error{ErrorKind::kOverflowError,
                 std::string("Python int too large to convert to C ") + c_type};
  }

  Text& left_;
  PercentValues& values_;
};

std::string quoted_code(char32_t code) { return "%" + std::string(1, static_cast<char>(code)); }

Result<void> append_text(FormatSpec spec, const Value& value, std::string& out) {
  std::string utf8;
  const Result<void> done = spec.type == 's'   ? append_str(*value, utf8)
                            : spec.type == 'r' ? append_repr(*value, utf8)
                                               : append_ascii(*value, utf8);
  if (!done) return done.failure();
  const Result<Ref<Str>> text = make_str(utf8);
  if (!text) return text.failure();
  std::u32string characters = to_utf32(**text);
  if (spec.precision != FormatSpec::kNone)
    characters.resize(std::min(characters.size(), static_cast<std::size_t>(spec.precision)));
  spec.fill = ' ';
  append_padded(spec, to_utf8(characters), characters.size(), out);
  return {};
}

Result<void> append_character(FormatSpec spec, const Value& value, std::string& out) {
  spec.fill = ' ';
  spec.sign = '\0';
  spec.is_alternate = false;
  if (const Str* const text = as<Str>(value); text != nullptr && text->length == 1) {
    append_padded(spec, text->to_utf8(), 1, out);
    return {};
  }
  const Result<Value> number = try_index(value);
  if (!number) return number.failure();
  if (!*number) return type_error("%c requires int or char");
  return append_int_character(spec, *as_integer(*number), out);
}

Result<void> append_int(const FormatSpec& spec, const Value& value, std::string& out) {
  const bool is_decimal = Text(U"diu").find(spec.type) != Text::npos;
  const Float* const real = is_decimal ? as<Float>(value) : nullptr;
  const Result<Value> number = real != nullptr ? int_of_double(real->value) : try_index(value);
  if (!number) return number.failure();
  if (!*number) {
    return type_error(quoted_code(spec.type) +
                      " format: " + (is_decimal ? "a real number" : "an integer") +
                      " is required, not " + type_name(*value));
  }
  const auto least = static_cast<std::size_t>(std::max(spec.precision, std::int64_t{0}));
  append_whole(spec, *as_integer(*number), least, out);
  return {};
}

Result<void> append_float(FormatSpec spec, const Value& value, std::string& out) {
  const Result<Value> index = is<Float>(value) ? value : try_index(value);
  if (!index) return index.failure();
  const Result<double> number = to_double(*index ? *index : value);
  if (!number) return number.failure();
  return append_double(spec, *number, out);
}

Result<void> append_value(FormatSpec spec, const Value& value, std::size_t at, std::string& out) {
  if (Text(U"sra").find(spec.type) != Text::npos) return append_text(spec, value, out);
  if (spec.type == 'c') return append_character(spec, value, out);
  if (spec.fill == '0' && spec.align != '<') spec.align = '=';
  if (spec.align == '<') spec.fill = ' ';
  if (Text(U"diuoxX").find(spec.type) != Text::npos) return append_int(spec, value, out);
  if (Text(U"eEfFgG").find(spec.type) != Text::npos) return append_float(spec, value, out);
  char code[16];
  std::snprintf(code, sizeof code, "(0x%x)", static_cast<unsigned>(spec.type));
  const bool is_shown = spec.type > 30 && spec.type < 0x7F;
  return value_error("unsupported format character '" +
                     std::string(1, is_shown ? static_cast<char>(spec.type) : '?') + "' " + code +
                     " at index " + std::to_string(at));
}

}  // namespace

Result<Value> format_percent(const Ref<Str>& pattern, const Value& all_values) {
  const std::u32string characters = to_utf32(*pattern);
  PercentValues values(all_values);
  std::string out;
  for (Text left = characters; !left.empty();) {
    const std::size_t percent = std::min(left.find(U'%'), left.size());
    out += to_utf8(left.substr(0, percent));
    left.remove_prefix(percent);
    if (left.empty()) break;
    left.remove_prefix(1);
    if (left.starts_with(U'%')) {
      out += '%';
      left.remove_prefix(1);
      continue;
    }
    const Result<FormatSpec> spec = DirectiveReader(left, values).read();
    if (!spec) return spec.failure();
    const Result<Value> value = values.next();
    if (!value) return value.failure();
    const std::size_t at = characters.size() - left.size() - 1;
    if (Result<void> done = try_append([&] { return append_value(*spec, *value, at, out); }); !done)
      return done.failure();
  }
  if (Result<void> done = values.check_all_taken(); !done) return done.failure();
  const Result<Ref<Str>> text = make_str(out);
  if (!text) return text.failure();
  return Value(*text);
}

}  // namespace exuvia::types
