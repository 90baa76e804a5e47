#include "exuvia/platform/storage_duration.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <memory>

namespace exuvia::platform {
namespace {

int zeroed;
int initialised = 1;

TEST(StorageDuration, TellsVariablesFromWhatTheProgramAllocates) {
  const int local = 1;
  const auto allocated = std::make_unique<int>(1);
  EXPECT_TRUE(is_static(&zeroed));
  EXPECT_TRUE(is_static(&initialised));
  EXPECT_TRUE(is_static(&stdout)) << "a variable of another module";
  EXPECT_FALSE(is_static(&local));
  EXPECT_FALSE(is_static(allocated.get()));
  EXPECT_TRUE(is_on_this_stack(&local));
  EXPECT_FALSE(is_on_this_stack(&zeroed));
  EXPECT_FALSE(is_on_this_stack(allocated.get()));
}

const int* volatile pointer = nullptr;

TEST(StorageDuration, KnowsTheValuesOfVariables) {
  const auto allocated = std::make_unique<int>(1);
  const auto address = reinterpret_cast<std::uintptr_t>(allocated.get());
  EXPECT_FALSE(is_value_of_static(address));
  pointer = allocated.get();
  EXPECT_TRUE(is_value_of_static(address));
  pointer = nullptr;
}

}  // namespace
}  // namespace exuvia::platform
