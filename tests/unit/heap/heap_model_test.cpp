// The fuzzer's model, run on seeded random scripts.
#include "fuzz/heap_model.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace exuvia::heap {
namespace {

template <class Policies>
class HeapModelTest : public testing::Test {};

template <class G, class C = FastChecks>
struct Policies {
  using Model = HeapModel<G, C>;
};

using AllPolicies =
    testing::Types<Policies<Geometry4K>, Policies<Geometry16K>, Policies<Geometry64K>,
                   Policies<GeometryNarrow>, Policies<Geometry16K, HardenedChecks>>;
TYPED_TEST_SUITE(HeapModelTest, AllPolicies);

std::vector<std::uint8_t> random_script(unsigned seed, std::size_t size) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

TYPED_TEST(HeapModelTest, AgreesWithThePlainRecordOnRandomScripts) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    const auto bytes = random_script(seed, 1500);
    typename TypeParam::Model model;
    model.run(Script(bytes.data(), bytes.size()));
  }
}

}  // namespace
}  // namespace exuvia::heap
