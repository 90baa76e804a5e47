#include "gc/components.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

namespace exuvia::gc {
namespace {

// Objects are multiples of 16; edges live in a map.
struct MapModel {
  std::map<Address, std::vector<Address>> edges;

  template <class Visit>
  void trace(Address object, Visit&& visit) const noexcept {
    for (const Address child : edges.at(object)) visit(child);
  }
};

struct Fixture {
  MapModel model;
  std::vector<Address> objects;
  AddressBits<4> members;
  RankTable<4> ranks{system_side_memory()};
  Components<4> components{system_side_memory()};

  explicit Fixture(std::size_t count) {
    EXPECT_TRUE(members.try_prepare());
    for (std::size_t i = 0; i < count; ++i) {
      objects.push_back(0x10000 + 16 * i);
      model.edges[objects.back()] = {};
      members.set(objects.back());
    }
    EXPECT_TRUE(ranks.try_build(members));
  }
  void link(std::size_t from, std::size_t to) { model.edges[objects[from]].push_back(objects[to]); }
  void split(std::size_t target) {
    ASSERT_TRUE(components.try_split(model, objects, ranks, target));
  }
};

TEST(Components, OfNothingAreNone) {
  Fixture set(0);
  set.split(10);
  EXPECT_EQ(set.components.count(), 0u);
}

TEST(Components, PackSmallOnesUntilTheWishedSize) {
  Fixture set(10);
  for (std::size_t i = 0; i < 10; i += 2) {
    set.link(i, i + 1);
    set.link(i + 1, i);
  }
  set.split(4);
  ASSERT_EQ(set.components.count(), 3u);
  EXPECT_EQ(set.components.slice(0).size(), 4u);
  EXPECT_EQ(set.components.slice(1).size(), 4u);
  EXPECT_EQ(set.components.slice(2).size(), 2u);
}

TEST(Components, NeverSplitALargeOne) {
  Fixture set(1000);
  for (std::size_t i = 1; i < 1000; ++i) set.link(i - 1, i);
  set.split(10);
  ASSERT_EQ(set.components.count(), 1u);
  EXPECT_EQ(set.components.slice(0).size(), 1000u);
}

TEST(Components, IgnoreReferencesThatLeadOutOfTheSet) {
  Fixture set(2);
  set.model.edges[set.objects[0]].push_back(0x7000'0000'0000);
  set.split(1);
  EXPECT_EQ(set.components.count(), 2u);
}

TEST(Components, OfRandomGraphsAreClosedCompleteAndInAddressOrder) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 30; ++round) {
    Fixture set(500);
    for (std::size_t i = 0; i < 500; ++i) {
      if (random() % 2 == 0) set.link(i, random() % 3 == 0 ? random() % 500 : i / 7 * 7);
    }
    set.split(1 + random() % 50);
    std::map<Address, std::size_t> slice_of;
    for (std::size_t s = 0; s < set.components.count(); ++s) {
      const auto slice = set.components.slice(s);
      EXPECT_TRUE(std::is_sorted(slice.begin(), slice.end()));
      for (const Address object : slice) slice_of[object] = s;
    }
    ASSERT_EQ(slice_of.size(), 500u);
    for (const auto& [from, targets] : set.model.edges) {
      for (const Address to : targets) EXPECT_EQ(slice_of.at(from), slice_of.at(to));
    }
  }
}

}  // namespace
}  // namespace exuvia::gc
