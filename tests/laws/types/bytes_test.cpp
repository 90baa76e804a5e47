#include "exuvia/types/bytes.hpp"

#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

using BytesDifferentialTest = DifferentialTest;

TEST_F(BytesDifferentialTest, BytearraysChangeAlike) {
  const Ref<ByteArray> array = make_bytearray();
  statement("a = bytearray()");
  const std::vector<Value> others{make_bytes("xy"),
                                  Value(array),
                                  make_list({integer(1), integer(255)}),
                                  make_list({integer(256)}),
                                  make_list({real(1.5)}),
                                  text("ab"),
                                  integer(3)};
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t at = between(-6, 6);
    const std::string n = std::to_string(at);
    const auto byte = static_cast<std::uint8_t>(between(97, 100));
    const std::string b = std::to_string(byte);
    const Value& other = any_of(others);
    switch (below(7)) {
      case 0:
        expect({"a.insert(", n, ", ", b, ")"}, insert(*array, at, byte));
        break;
      case 1:
        expect({"a.pop(", n, ")"}, pop(*array, at));
        break;
      case 2:
        expect({"a.remove(", b, ")"}, remove(*array, byte));
        break;
      case 3:
        expect("a.reverse()", (reverse(*array), Result<void>()));
        break;
      case 4:
        expect({"a.append(", b, ")"}, append(*array, byte));
        break;
      default:
        expect({"a.extend(", same(other, array) ? "a" : shown(other), ")"}, extend(*array, other));
    }
    expect("a", Result<Value>(array));
    expect("a.hex()", hex(array));
    expect({"a.hex(':', ", n, ")"}, hex(array, text(":"), at));
    if (array->size > 20) {
      clear(*array);
      statement("a.clear()");
    }
  }
  compare();
}

TEST_F(BytesDifferentialTest, BytesAreMadeOfValuesAlike) {
  const Value large = *power(integer(10), integer(30));
  for (const Value& value :
       {integer(0), integer(3), integer(-1), large, *negative(large),
        integer(std::int64_t{1} << 62), Value(make_bool(true)), real(1.5), Value(none()),
        Value(text("a")), Value(make_bytes("ab")), Value(make_list({integer(1), integer(255)})),
        Value(make_list({integer(256)})), Value(make_tuple({}))}) {
    const std::string v = shown(value);
    const auto said = [](const auto& made) -> Result<Value> {
      if (!made && made.error().kind == ErrorKind::kMemoryError) return Value(text("no memory"));
      return made ? Result<Value>(Value(*made)) : made.failure();
    };
    statement({"def or_said(f):\n  try: return f()\n  except MemoryError: return 'no memory'"});
    expect({"or_said(lambda: bytes(", v, "))"}, said(bytes_of(value)));
    expect({"or_said(lambda: bytearray(", v, "))"}, said(bytearray_of(value)));
  }
  compare();
}

TEST_F(BytesDifferentialTest, HexadecimalIsReadAlike) {
  const std::vector<std::string> pieces{"0", "1f", "AB", " ", "\\t", "x", "\u00e9", "9c"};
  for (int i = 0; i < 500; ++i) {
    std::string literal;
    for (std::uint64_t n = below(6); n > 0; --n) literal += any_of(pieces);
    std::string plain = literal;
    for (std::size_t at = 0; (at = plain.find("\\t")) != std::string::npos;)
      plain.replace(at, 2, "\t");
    expect({"bytes.fromhex('", literal, "')"}, bytes_from_hex(*text(plain)));
  }
  const Value bytes = make_bytes("abc");
  for (const Value& separator : {Value(text("")), Value(text("--")), Value(text("\u00e9")),
                                 integer(1), Value(make_bytes("\xff")), Value(make_bytes("."))})
    expect({"b'abc'.hex(", shown(separator), ", 2)"}, hex(bytes, separator, 2));
  compare();
}

}  // namespace
}  // namespace exuvia::types
