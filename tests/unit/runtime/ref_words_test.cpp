#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "exuvia/runtime.hpp"
#include "runtime/edges.hpp"

namespace exuvia::runtime {
namespace {

struct Plain {
  Ref<Plain> first;
  long number;
  Ref<std::string> text;
  Ref<void> any;
  Weak<Plain> weak;
};

struct Virtual {
  virtual ~Virtual() = default;
};
struct HoldsVirtual {
  Ref<Virtual> held;
};

struct HoldsMany {
  Ref<Plain> first;
  std::vector<Ref<Plain>> others;
};

TEST(RefWords, TellWhereAnAggregateHoldsItsRefs) {
  ASSERT_NE(type_of<Plain>.ref_words, nullptr);
  EXPECT_EQ(type_of<Plain>.ref_words(), 0b1101U);
}

TEST(RefWords, SayNothingOfARefToAClassWithVirtualFunctions) {
  EXPECT_EQ(type_of<HoldsVirtual>.ref_words(), 0U);
}

TEST(RefWords, SayNothingOfAClassWithAContainer) { EXPECT_EQ(type_of<HoldsMany>.ref_words(), 0U); }

TEST(RefWords, LeadToTheReferencesThatTraceVisits) {
  const auto other = make<Plain>();
  const auto object =
      make<Plain>(other, 1L, make<std::string>("text"), make<std::vector<int>>(), other);
  std::vector<const Header*> targets;
  EdgeReader reader([&](const Edge& edge) { targets.push_back(edge.target); });
  reader.read(object.header());
  EXPECT_EQ(targets, (std::vector<const Header*>{other.header(), object->text.header(),
                                                 object->any.header()}));
}

struct Wholly {
  Ref<Wholly> other;
  long number;
};
struct WithADestructor {
  Ref<Wholly> other;
  ~WithADestructor() {}
};

TEST(RefWords, SayAllOfTheEndOfAClassWhoseMembersNeedNoOther) {
  EXPECT_TRUE(type_of<Wholly>.end_by_refs);
  EXPECT_FALSE(type_of<Plain>.end_by_refs);  // a Weak ends, too
  EXPECT_FALSE(type_of<WithADestructor>.end_by_refs);
  EXPECT_FALSE(type_of<HoldsMany>.end_by_refs);
  EXPECT_FALSE(type_of<long>.end_by_refs);
}

// Says when it dies.
struct Mourned {
  std::string* deaths;
  char name;
  ~Mourned() { *deaths += name; }
};
struct Twig {
  Ref<Twig> left;
  Ref<Mourned> leaf;
  Ref<Twig> right;
};

TEST(RefWords, LetWhatAnAggregateHoldsGoInOrderOfDeclarationEachWithAllThatItAloneKept) {
  std::string deaths;
  const auto leaf = [&deaths](char name) { return make<Mourned>(&deaths, name); };
  auto root = make<Twig>(make<Twig>(make<Twig>(nullptr, leaf('a')), leaf('b')), leaf('c'),
                         make<Twig>(nullptr, leaf('d'), make<Twig>(nullptr, leaf('e'))));
  const auto kept = root->right->right;
  root.reset();
  EXPECT_EQ(deaths, "abcd");
  EXPECT_EQ(kept.use_count(), 1U);
}

struct Even;
struct Odd {
  Ref<Even> next;
  Ref<Mourned> leaf;
};
struct Even {
  Ref<Odd> next;
  Ref<Mourned> leaf;
};

TEST(RefWords, LetStructuresGoOfSeveralTypesInTheSameOrder) {
  std::string deaths;
  const auto leaf = [&deaths](char name) { return make<Mourned>(&deaths, name); };
  auto even = make<Even>(make<Odd>(make<Even>(nullptr, leaf('a')), leaf('b')), leaf('c'));
  auto odd = make<Odd>(make<Even>(nullptr, leaf('d')), leaf('e'));
  even.reset();
  odd.reset();
  EXPECT_EQ(deaths, "abcde");

  const std::size_t before = HeapCore::current().object_count();
  for (int length = 0; length < 10'000; ++length) even = make<Even>(make<Odd>(std::move(even)));
  even.reset();
  EXPECT_EQ(HeapCore::current().object_count(), before);
}

struct Wide {
  Ref<Wide> deep, a, b, c, d, e, f, g, h, i, j, k;
};

TEST(RefWords, LetDeepStructuresGoOfWhichEachLevelKeepsManyWaiting) {
  const std::size_t before = HeapCore::current().object_count();
  const auto leaf = [] { return make<Wide>(); };
  auto top = leaf();
  for (int depth = 0; depth < 10'000; ++depth) {
    top = make<Wide>(std::move(top), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(), leaf(),
                     leaf(), leaf(), leaf());
  }
  top.reset();
  EXPECT_EQ(HeapCore::current().object_count(), before);
}

}  // namespace
}  // namespace exuvia::runtime
