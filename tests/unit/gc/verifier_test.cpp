#include "gc/verifier.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace exuvia::gc {
namespace {

struct MapModel {
  static constexpr unsigned kGranuleShift = 4;
  std::map<Address, std::vector<Address>> edges;
  std::map<Address, std::size_t> counts;

  template <class Visit>
  void trace(Address object, Visit&& visit) const noexcept {
    for (const Address child : edges.at(object)) visit(child);
  }
  std::size_t count(Address object) const noexcept { return counts.at(object); }
  void prefetch(Address) const noexcept {}
};

// 0x10 and 0x20 are a cycle; 0x30 is held from outside.
MapModel cycle_beside_a_held_object() {
  return {{{0x10, {0x20}}, {0x20, {0x10}}, {0x30, {}}}, {{0x10, 1}, {0x20, 1}, {0x30, 1}}};
}
const std::vector<Address> kAll{0x10, 0x20, 0x30};

TEST(Verifier, AcceptsWhatIsUnreachable) {
  const MapModel model = cycle_beside_a_held_object();
  Verifier<MapModel>(model).verify(kAll, std::vector<Address>{0x10, 0x20});
}

TEST(Verifier, AcceptsThatGarbageIsLeft) {
  const MapModel model = cycle_beside_a_held_object();
  Verifier<MapModel>(model).verify(kAll, {});
}

TEST(Verifier, NamesTheReachableParentOfAnObjectFoundUnreachable) {
  MapModel model = cycle_beside_a_held_object();
  model.edges[0x30] = {0x10};
  model.counts[0x10] = 2;
  EXPECT_DEATH(Verifier<MapModel>(model).verify(kAll, std::vector<Address>{0x10, 0x20}),
               "exuvia: the collector found 0x10 unreachable, but 0x30, which is reachable, "
               "refers to it");
}

TEST(Verifier, TellsHowManyReferencesHoldAnObjectFoundUnreachable) {
  MapModel model = cycle_beside_a_held_object();
  model.counts[0x20] = 3;
  EXPECT_DEATH(Verifier<MapModel>(model).verify(kAll, std::vector<Address>{0x10, 0x20}),
               "exuvia: the collector found 0x20 unreachable, but 2 of its references come from "
               "outside");
}

}  // namespace
}  // namespace exuvia::gc
