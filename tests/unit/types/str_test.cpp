#include "exuvia/types/str.hpp"

#include "exuvia/types/text.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class StrTest : public TypesTest {};

// Takes an interned string when it dies.
struct Takes : Object {
  static const Type type;
  std::string name;
  std::vector<Ref<Str>>* taken;
  Takes(std::string n, std::vector<Ref<Str>>& t) : name(std::move(n)), taken(&t) {}
  Takes(const Takes&) = delete;
  Takes& operator=(const Takes&) = delete;
  ~Takes() { taken->push_back(intern_literal(name)); }
};
constinit const Type Takes::type = native_type<Takes>("takes");

// So deep that some deaths are put off, among them that of a string.
TEST_F(StrTest, AnInternedOneThatDiesIsNotFoundAnyMore) {
  std::vector<Ref<Str>> taken;
  Ref<List> head = make_list();
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "buried_" + std::to_string(i);
    const Value text = intern_literal(name);
    head = make_list({text, make_native<Takes>(name, taken), head});
  }
  head.reset();
  EXPECT_EQ(interned_count(), 1000U);
  for (const Ref<Str>& text : taken) {
    EXPECT_TRUE(text->to_utf8().starts_with("buried_"));
    EXPECT_EQ(text.use_count(), 1U);
  }
  taken.clear();
  EXPECT_EQ(interned_count(), 0U);
}

TEST_F(StrTest, StoresEachTextInAsFewBytesAsItsCharactersNeed) {
  EXPECT_EQ(text("hello")->width, 1U);
  EXPECT_TRUE(text("hello")->is_ascii);
  EXPECT_EQ(text("h\u00e9llo")->width, 1U);
  EXPECT_FALSE(text("h\u00e9llo")->is_ascii);
  EXPECT_EQ(text("h\u20acllo")->width, 2U);
  EXPECT_EQ(text("h\U0001F600llo")->width, 4U);
  EXPECT_EQ(text("h\U0001F600llo")->length, 5U);
  EXPECT_EQ(text("h\U0001F600llo")->to_utf8(), "h\U0001F600llo");
}

TEST_F(StrTest, TakesNoMoreMemoryThanPythons) {
  const auto bytes = [](const Ref<Str>& value) {
    return sizeof(runtime::Header) + value.type()->bytes_of(value.get());
  };
  EXPECT_EQ(bytes(text("")), 33U);       // CPython 3.12: 41
  EXPECT_EQ(bytes(text("hello")), 38U);  // CPython 3.12: 46
}

TEST_F(StrTest, RefusesWhatIsNoUtf8AndSaysWhere) {
  EXPECT_EQ(shown(make_str("ab\xff")),
            "UnicodeError: 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte");
  EXPECT_EQ(
      shown(make_str("\xc3")),
      "UnicodeError: 'utf-8' codec can't decode byte 0xc3 in position 0: unexpected end of data");
  EXPECT_EQ(shown(make_str("\xed\xa0\x80")),
            "UnicodeError: 'utf-8' codec can't decode byte 0xed in position 0: "
            "invalid continuation byte");
  EXPECT_EQ(
      shown(make_str("\xe2\x82")),
      "UnicodeError: 'utf-8' codec can't decode bytes in position 0-1: unexpected end of data");
  EXPECT_FALSE(make_str("\xc0\x80"));
  EXPECT_FALSE(make_str("\xf4\x90\x80\x80"));
}

TEST_F(StrTest, ShowsItselfAsPythonDoes) {
  EXPECT_EQ(shown(text("it's")), "\"it's\"");
  EXPECT_EQ(shown(text("'\"")), "'\\'\"'");
  EXPECT_EQ(shown(text("a\n\t\\\x01\x7f")), "'a\\n\\t\\\\\\x01\\x7f'");
  EXPECT_EQ(shown(text("\u00e9\u00ad\u2028\U0001F600\U000E0001")),
            "'\u00e9\\xad\\u2028\U0001F600\\U000e0001'");
  EXPECT_EQ(*str(text("it's")), "it's");
}

TEST_F(StrTest, InternsLiteralsThatLookLikeIdentifiers) {
  const auto name = intern_literal("some_name");
  EXPECT_TRUE(same(name, intern_literal("some_name")));
  EXPECT_FALSE(same(intern_literal("two words"), intern_literal("two words")));
  EXPECT_FALSE(same(name, text("some_name")));
  EXPECT_TRUE(same(name, intern(text("some_name"))));
}

TEST_F(StrTest, LetsAnInternedStringDie) {
  for (int i = 0; i < 1000; ++i) {
    const auto name = intern(text("name" + std::to_string(i)));
    EXPECT_EQ(interned_count(), 1U);
  }
  EXPECT_EQ(interned_count(), 0U);
}

TEST_F(StrTest, FindsInternedStringsAmongManyOthersThatCameAndWent) {
  std::vector<Ref<Str>> kept;
  for (int i = 0; i < 2000; ++i) {
    auto name = intern(text("name" + std::to_string(i)));
    if (i % 3 == 0) kept.push_back(name);
  }
  EXPECT_EQ(interned_count(), kept.size());
  for (const auto& name : kept) EXPECT_TRUE(same(name, intern(text(name->to_utf8()))));
}

TEST_F(StrTest, IsOneObjectForEachCharacterOfLatin1) {
  EXPECT_TRUE(same(text("x"), *getitem(text("axb"), integer(1))));
  EXPECT_TRUE(same(text(""), text("")));
}

TEST_F(StrTest, CountsPositionsInCharacters) {
  const Value greeting = text("h\u20acllo");
  EXPECT_EQ(shown(length(greeting)), "5");
  EXPECT_EQ(shown(getitem(greeting, integer(1))), "'\u20ac'");
  EXPECT_EQ(shown(getitem(greeting, integer(-1))), "'o'");
  EXPECT_EQ(shown(getitem(greeting, integer(5))), "IndexError: string index out of range");
  EXPECT_EQ(shown(getitem(greeting, text("x"))),
            "TypeError: string indices must be integers, not 'str'");
}

TEST_F(StrTest, ConcatenatesAndRepeats) {
  EXPECT_EQ(shown(add(text("a\u20ac"), text("b"))), "'a\u20acb'");
  EXPECT_EQ(shown(multiply(text("ab"), integer(3))), "'ababab'");
  EXPECT_EQ(shown(multiply(integer(-1), text("ab"))), "''");
  EXPECT_EQ(shown(multiply(text("ab"), integer(std::int64_t{1} << 60))),
            "MemoryError: out of memory");
}

TEST_F(StrTest, KeepsWhatAnEditMadeNarrowerInFewerBytes) {
  const Value narrow = *replace(text("a\u20aca"), text("\u20ac"), text("b"));
  EXPECT_EQ(shown(narrow), "'aba'");
  EXPECT_TRUE(as<Str>(narrow)->is_ascii);
  EXPECT_EQ(as<Str>(*strip(text("\u20aca "), text("\u20ac ")))->width, 1U);
  EXPECT_TRUE(as<Str>(*ljust(text("a"), 1, text("\u20ac")))->is_ascii);
}

TEST_F(StrTest, FindsTextsInTexts) {
  EXPECT_EQ(shown(contains(text("abc"), text("bc"))), "True");
  EXPECT_EQ(shown(contains(text("abc"), integer(1))),
            "TypeError: 'in <string>' requires string as left operand, not int");
}

TEST_F(StrTest, ComparesByCharactersAndHashesByText) {
  EXPECT_EQ(shown(less(text("a"), text("ab"))), "True");
  EXPECT_EQ(shown(less(text("\u20ac"), text("\U0001F600"))), "True");
  EXPECT_EQ(*hash(text("hello")), *hash(*add(text("hel"), text("lo"))));
}

TEST_F(StrTest, SurvivesTheFailureOfEachAllocation) {
  with_each_allocation_failing([&] {
    const Ref<Str> name = intern_literal("fault_injected");
    const Result<Ref<Str>> wide = make_str("\u20ac and more");
    if (!had_memory(wide)) return;
    const Result<Value> parts = split(Value(*wide));
    if (had_memory(parts)) {
      EXPECT_EQ(shown(parts), "['\u20ac', 'and', 'more']");
    }
  });
  EXPECT_EQ(interned_count(), 0U);
}

}  // namespace
}  // namespace exuvia::types
