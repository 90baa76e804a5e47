#include "exuvia/base/address_range.hpp"

#include <gtest/gtest.h>

namespace exuvia::base {
namespace {

TEST(AddressRange, ContainsItsFirstAddressAndNotTheOneBehindItsLast) {
  const AddressRange range{0x1000, 0x200};
  EXPECT_TRUE(range.contains(0x1000));
  EXPECT_TRUE(range.contains(0x11ff));
  EXPECT_FALSE(range.contains(0x1200));
  EXPECT_FALSE(range.contains(0xfff));
}

TEST(AddressRange, OverlapsWhatItHoldsWhatHoldsItAndWhatItsEndsLieIn) {
  const AddressRange range{0x1000, 0x200};
  EXPECT_TRUE(range.overlaps({0x1100, 0x10}));
  EXPECT_TRUE(range.overlaps({0, 0x10000}));
  EXPECT_TRUE(range.overlaps({0xf00, 0x101}));
  EXPECT_TRUE(range.overlaps({0x11ff, 0x100}));
  EXPECT_FALSE(range.overlaps({0xf00, 0x100}));
  EXPECT_FALSE(range.overlaps({0x1200, 0x100}));
}

TEST(AddressRange, IsEmptyAtFirst) {
  EXPECT_FALSE(AddressRange().contains(0));
  EXPECT_TRUE(kEverywhere.contains(0));
  EXPECT_TRUE(kEverywhere.overlaps({0x7fff'0000'0000, 0x1000}));
}

}  // namespace
}  // namespace exuvia::base
