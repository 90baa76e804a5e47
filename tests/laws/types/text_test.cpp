#include "exuvia/types/text.hpp"

#include "exuvia/types/bytes.hpp"
#include "exuvia/types/dict.hpp"
#include "laws/types/python.hpp"
#include "types/unicode.hpp"

namespace exuvia::types {
namespace {

using Unary = Result<Value> (*)(const Value&);
using Predicate = Result<bool> (*)(const Value&);

constexpr std::pair<const char*, Unary> kMappings[] = {
    {"lower", &lower},           {"upper", &upper},       {"title", &title},
    {"capitalize", &capitalize}, {"swapcase", &swapcase}, {"casefold", &casefold}};

constexpr std::pair<const char*, Predicate> kPredicates[] = {
    {"isalpha", &is_alpha},     {"isalnum", &is_alnum},           {"isascii", &is_ascii},
    {"isdigit", &is_digit},     {"isspace", &is_space},           {"islower", &is_lower},
    {"isupper", &is_upper},     {"istitle", &is_title},           {"isdecimal", &is_decimal},
    {"isnumeric", &is_numeric}, {"isidentifier", &is_identifier}, {"isprintable", &is_printable}};

class TextDifferentialTest : public DifferentialTest {
 protected:
  // Every method of three texts of a kind, any of which may be of another kind now and then.
  void expect_alike(const Value& a, const Value& b, const Value& c) {
    const std::string x = shown(a);
    const std::string y = shown(b);
    const std::string z = shown(c);
    const std::int64_t start = between(-9, 9);
    const std::int64_t stop = between(-9, 9);
    const std::int64_t most = between(-1, 3);
    const std::string n = std::to_string(most);
    const std::string bounds = y + ", " + std::to_string(start) + ", " + std::to_string(stop) + ")";
    expect({x, ".find(", bounds}, find(a, b, start, stop));
    expect({x, ".rfind(", bounds}, rfind(a, b, start, stop));
    expect({x, ".index(", bounds}, find_existing(a, b, start, stop));
    expect({x, ".rindex(", bounds}, rfind_existing(a, b, start, stop));
    expect({x, ".count(", bounds}, count(a, b, start, stop));
    expect({x, ".startswith(", bounds}, starts_with(a, b, start, stop));
    expect({x, ".endswith(", bounds}, ends_with(a, b, start, stop));
    expect({x, ".startswith((", y, ", ", z, "))"}, starts_with(a, make_tuple({b, c})));
    expect({x, ".endswith((", y, ", ", z, "))"}, ends_with(a, make_tuple({b, c})));
    expect({x, ".split(", y, ", ", n, ")"}, split(a, b, most));
    expect({x, ".rsplit(", y, ", ", n, ")"}, rsplit(a, b, most));
    expect({x, ".split(None, ", n, ")"}, split(a, none(), most));
    expect({x, ".rsplit(None, ", n, ")"}, rsplit(a, none(), most));
    expect({x, ".splitlines()"}, splitlines(a));
    expect({x, ".splitlines(True)"}, splitlines(a, LineEnds::kKept));
    expect({x, ".partition(", y, ")"}, partition(a, b));
    expect({x, ".rpartition(", y, ")"}, rpartition(a, b));
    expect({x, ".strip()"}, strip(a));
    expect({x, ".strip(", y, ")"}, strip(a, b));
    expect({x, ".lstrip(", y, ")"}, lstrip(a, b));
    expect({x, ".rstrip(", z, ")"}, rstrip(a, c));
    expect({x, ".removeprefix(", y, ")"}, remove_prefix(a, b));
    expect({x, ".removesuffix(", y, ")"}, remove_suffix(a, b));
    expect({x, ".replace(", y, ", ", z, ", ", n, ")"}, replace(a, b, c, most));
    expect({"(", y, ").join([", x, ", ", z, ", ", x, "])"}, join(b, make_list({a, c, a})));
    expect({"(", y, ").join(", x, ".split())"}, [&]() -> Result<Value> {
      const Result<Value> parts = split(a);
      return parts ? join(b, *parts) : parts;
    }());
    const std::int64_t width = between(-1, 20);
    const std::string w = std::to_string(width);
    expect({x, ".center(", w, ")"}, center(a, width));
    expect({x, ".center(", w, ", ", y, ")"}, center(a, width, b));
    expect({x, ".ljust(", w, ", ", y, ")"}, ljust(a, width, b));
    expect({x, ".rjust(", w, ", ", z, ")"}, rjust(a, width, c));
    expect({x, ".zfill(", w, ")"}, zfill(a, width));
    expect({x, ".expandtabs(", n, ")"}, expandtabs(a, most));
    for (const auto& [name, method] : kMappings) expect({x, ".", name, "()"}, method(a));
    for (const auto& [name, method] : kPredicates) expect({x, ".", name, "()"}, method(a));
  }

  Ref<Str> random_text(const std::vector<std::string>& pieces, std::uint64_t longest) {
    std::string utf8;
    for (std::uint64_t n = below(longest + 1); n > 0; --n) utf8 += any_of(pieces);
    return text(utf8);
  }
};

TEST_F(TextDifferentialTest, StrsHaveThePythonMethods) {
  const std::vector<std::string> pieces{
      "a",      "b",      "A",      "B",      "ab",     " ",      "\t",         "\n",
      "\r\n",   "\v",     "\x1c",   "+",      "-",      "1",      "_",          "\u00df",
      "\u00e9", "\u03a3", "\u03c3", "\u0130", "\u01c5", "\u0345", "\u0301",     "\u2028",
      "\u2003", "\u0661", "\u00b2", "\u00bd", "\u4e8c", "\ufb01", "\U0001F600", "\U00010400"};
  const std::vector<Value> others{none(), integer(97), make_bytes("a"), make_tuple({text("a")})};
  for (int i = 0; i < 500; ++i) {
    const Value b = below(20) == 0 ? any_of(others) : Value(random_text(pieces, 2));
    const Value c = below(20) == 0 ? any_of(others) : Value(random_text(pieces, 2));
    expect_alike(random_text(pieces, 10), b, c);
  }
  compare();
}

TEST_F(TextDifferentialTest, BytesAndBytearraysHaveThePythonMethods) {
  const std::vector<std::string> pieces{"a",  "b",  "A",    "ab", " ", "\t", "\n", "\r\n",
                                        "\v", "\v", "\x1c", "+",  "-", "1",  "_",  "\xe9"};
  const std::vector<Value> others{none(), integer(97), integer(300), text("a"), real(1.5)};
  const auto random_bytes = [&](std::uint64_t longest) -> Value {
    std::string bytes;
    for (std::uint64_t n = below(longest + 1); n > 0; --n) bytes += any_of(pieces);
    return below(2) == 0 ? Value(make_bytes(bytes)) : Value(make_bytearray(bytes));
  };
  for (int i = 0; i < 500; ++i) {
    const Value b = below(20) == 0 ? any_of(others) : random_bytes(2);
    const Value c = below(20) == 0 ? any_of(others) : random_bytes(2);
    expect_alike(random_bytes(10), b, c);
  }
  compare();
}

// What each character is and becomes, by every method.
TEST_F(TextDifferentialTest, EveryCharacterIsWhatPythonSaysItIs) {
  constexpr std::pair<const char*, std::uint16_t> kKinds[] = {
      {"isalpha", unicode::kAlpha},
      {"isdecimal", unicode::kDecimal},
      {"isdigit", unicode::kDigit},
      {"isnumeric", unicode::kNumeric},
      {"islower", unicode::kLowercase},
      {"isupper", unicode::kUppercase},
      {"isspace", unicode::kSpace},
      {"isprintable", unicode::kPrintable},
      {"isidentifier", unicode::kStartsIdentifier}};
  statement("import unicodedata, itertools");
  statement("ALL = [c for c in range(0x110000) if not 0xd800 <= c < 0xe000]");
  statement("IS_OURS = unicodedata.unidata_version == '14.0.0'");
  const auto changes = [](auto&& is_of) {
    const Ref<List> at = make_list();
    bool before = false;
    for (char32_t c = 0; c < 0x110000; ++c) {
      if (c == 0xD800) c = 0xE000;
      if (is_of(c) == before) continue;
      before = !before;
      EXPECT_TRUE(append(*at, integer(static_cast<std::int64_t>(c))));
    }
    return at;
  };
  statement(
      "def changes(f):\n  kinds = [f(chr(c)) for c in ALL]\n"
      "  return [c for c, a, b in zip(ALL, [False] + kinds, kinds) if a != b]");
  for (const auto& [name, kind] : kKinds) {
    const Value ours = changes([kind = kind](char32_t c) { return unicode::is(c, kind); });
    expect({"changes(str.", name, ") if IS_OURS else ", shown(ours)}, Result<Value>(ours));
  }
  const std::pair<const char*, const unicode::Mapping*> mappings[] = {
      {"upper", &unicode::kUpper},
      {"lower", &unicode::kLower},
      {"title", &unicode::kTitle},
      {"casefold", &unicode::kFolded}};
  for (const auto& [name, mapping] : mappings) {
    std::string changed;
    for (char32_t c = 0; c < 0x110000; ++c) {
      if (c == 0xD800) c = 0xE000;
      std::u32string mapped;
      unicode::append_mapped(*mapping, c, mapped);
      if (mapped.size() == 1 && mapped[0] == c) continue;
      for (const char32_t each : mapped) changed += (*make_character(each))->to_utf8();
    }
    const Value ours = text(changed);
    expect({"''.join(chr(c).", name, "() for c in ALL if chr(c).", name,
            "() != chr(c)) if IS_OURS else ", shown(ours)},
           Result<Value>(ours));
  }
  compare();
}

TEST_F(TextDifferentialTest, StrsAreTranslatedAlike) {
  const std::vector<std::string> letters{"a", "b", "\u00e9", "\u20ac", "\U0001F600"};
  const auto random_text = [&](std::uint64_t most) {
    std::string characters;
    for (std::uint64_t n = below(most); n > 0; --n) characters += any_of(letters);
    return Value(text(characters));
  };
  for (int i = 0; i < 300; ++i) {
    const Value from = random_text(4);
    const Value to = random_text(4);
    const Value deleted = below(2) == 0 ? nullptr : random_text(3);
    const Value subject = random_text(8);
    const std::string arguments =
        shown(from) + ", " + shown(to) + (deleted ? ", " + shown(deleted) : "") + ")";
    const Result<Ref<Dict>> table = str_translation(from, to, deleted);
    expect({"str.maketrans(", arguments}, table);
    if (table)
      expect({shown(subject), ".translate(str.maketrans(", arguments, ")"},
             translate(subject, *table));
  }
  const Ref<Dict> table = *dict_of({{integer('a'), text("long")},
                                    {integer('b'), none()},
                                    {integer('c'), integer(0x20AC)},
                                    {integer('d'), integer(0x110000)},
                                    {integer('e'), integer(-1)},
                                    {integer('f'), real(1.5)}});
  for (const char* subject : {"abcx", "", "xyz", "d", "e", "f"})
    expect({shown(Value(text(subject))), ".translate(", shown(Value(table)), ")"},
           translate(text(subject), table));
  expect("'\\x00\\x01\\x02'.translate(['x', 'y'])",
         translate(text(std::string_view("\0\1\2", 3)), make_list({text("x"), text("y")})));
  expect("'a'.translate(3)", translate(text("a"), integer(3)));
  expect("str.maketrans('a', 3)", str_translation(text("a"), integer(3)));
  expect("str.maketrans(3, 'a')", str_translation(integer(3), text("a")));
  compare();
}

TEST_F(TextDifferentialTest, BytesAreTranslatedAlike) {
  const auto random_bytes = [&](std::uint64_t most) {
    std::string bytes;
    for (std::uint64_t n = below(most); n > 0; --n) bytes += static_cast<char>(between(97, 103));
    return below(3) == 0 ? Value(make_bytearray(bytes)) : Value(make_bytes(bytes));
  };
  for (int i = 0; i < 300; ++i) {
    const Value from = random_bytes(4);
    const Value to = random_bytes(4);
    const Value subject = random_bytes(9);
    const Value deleted = random_bytes(3);
    const std::string arguments = shown(from) + ", " + shown(to) + ")";
    const Result<Ref<Bytes>> table = bytes_translation(from, to);
    expect({"bytes.maketrans(", arguments}, table);
    const std::string s = shown(subject);
    const std::string d = ", " + shown(deleted) + ")";
    expect({s, ".translate(None", d}, translate(subject, none(), deleted));
    if (table)
      expect({s, ".translate(bytes.maketrans(", arguments, d}, translate(subject, *table, deleted));
  }
  expect("b'a'.translate(b'short')", translate(make_bytes("a"), make_bytes("short")));
  expect("b'a'.translate(3)", translate(make_bytes("a"), integer(3)));
  expect("b'a'.translate(None, 3)", translate(make_bytes("a"), none(), integer(3)));
  expect("bytes.maketrans(b'a', 3)", bytes_translation(make_bytes("a"), integer(3)));
  compare();
}

}  // namespace
}  // namespace exuvia::types
