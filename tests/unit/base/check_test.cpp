#include "exuvia/base/check.hpp"

#include <gtest/gtest.h>

#include "exuvia/base/message.hpp"

namespace exuvia::base {
namespace {

TEST(Check, LetsATrueConditionPass) { EXUVIA_CHECK(1 + 1 == 2, "arithmetic holds"); }

TEST(CheckDeathTest, NamesWhatAndWhere) {
  const int arenas = 3;
  EXPECT_DEATH(EXUVIA_CHECK(arenas == 4, "there are four arenas"),
               "exuvia: there are four arenas \\(arenas == 4\\) at .*check_test.cpp:[0-9]+");
}

TEST(Assert, EvaluatesItsConditionOnlyInCheckingBuilds) {
  int evaluated = 0;
  EXUVIA_ASSERT(++evaluated == 1, "evaluated once");
#ifdef EXUVIA_CHECKS
  EXPECT_EQ(evaluated, 1);
#else
  EXPECT_EQ(evaluated, 0);
#endif
}

TEST(Message, IsBuiltFromItsParts) {
  Message message;
  message.text("pool ").decimal(42).text(" at ").hex(0xbeef).text(", ").decimal(UINT64_MAX);
  EXPECT_EQ(message.view(), "pool 42 at 0xbeef, 18446744073709551615");
}

TEST(Message, CutsOffWhatDoesNotFit) {
  Message message;
  for (int i = 0; i < 300; ++i) message.text("0123456789");
  EXPECT_EQ(message.view().size(), 1024u);
}

}  // namespace
}  // namespace exuvia::base
