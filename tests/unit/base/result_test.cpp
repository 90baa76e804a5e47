#include "exuvia/base/result.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace exuvia::base {
namespace {

Result<int> parse(bool works) {
  if (works) return 7;
  return Failure{"no number here: write one"};
}

TEST(Result, HoldsAValue) {
  Result<int> result = parse(true);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 7);
  EXPECT_EQ(parse(true).value_or(3), 7);
}

TEST(Result, HoldsAMessage) {
  Result<int> result = parse(false);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.message(), "no number here: write one");
  EXPECT_EQ(parse(false).value_or(3), 3);
}

TEST(Result, HandsItsFailureOn) {
  const Result<void> outer = parse(false).failure();
  EXPECT_EQ(outer.message(), "no number here: write one");
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> moved = std::move(result).value();
  EXPECT_EQ(*moved, 5);
}

TEST(Result, OfNothingIsSuccessUntilItFails) {
  EXPECT_TRUE(Result<void>());
  EXPECT_FALSE(Result<void>(Failure{"broken"}));
}

TEST(ResultDeathTest, StopsWhenTheValueOfAFailureIsUsed) {
  Result<int> result = parse(false);
  EXPECT_DEATH((void)result.value(), "exuvia: the value of a failed Result was used");
}

}  // namespace
}  // namespace exuvia::base
