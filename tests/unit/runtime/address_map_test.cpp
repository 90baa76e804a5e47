#include "runtime/address_map.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>

namespace exuvia::runtime {
namespace {

const void* address_of(std::uintptr_t granule) {
  return reinterpret_cast<const void*>(granule << 4);
}

TEST(AddressMap, AgreesWithAnOracleWhetherAddressesAreDenseOrSparse) {
  for (const std::uintptr_t range : {200U, 5'000U, 4'000'000'000U}) {
    SCOPED_TRACE(range);
    Storage storage;
    AddressMap<const int> map(storage);
    std::map<std::uintptr_t, const int*> oracle;
    std::mt19937_64 random(range);
    static constexpr int kTargets[16]{};
    for (int i = 0; i < 20'000; ++i) {
      const std::uintptr_t granule = 64 + random() % range;
      if (oracle.contains(granule)) {
        map.erase(address_of(granule));
        oracle.erase(granule);
      } else if (oracle.size() < 3'000) {
        oracle[granule] = *map.try_insert(address_of(granule)) = &kTargets[random() % 16];
      }
    }
    ASSERT_TRUE(map.is_consistent());
    ASSERT_EQ(map.size(), oracle.size());
    for (const auto& [granule, value] : oracle) {
      ASSERT_EQ(*map.find(address_of(granule)), value);
      ASSERT_EQ(map.find(address_of(granule + 1)) != nullptr, oracle.contains(granule + 1));
    }
    std::size_t seen = 0;
    map.for_each([&](std::uintptr_t address, const int* value) {
      seen += oracle.at(address >> 4) == value;
    });
    EXPECT_EQ(seen, oracle.size());
  }
}

TEST(AddressMap, StaysAsItWasWhereverMemoryFails) {
  if constexpr (!kChecks) GTEST_SKIP() << "needs a checking build";
  static constexpr int kTarget = 0;
  for (std::size_t n = 1;; ++n) {
    Storage storage;
    {
      AddressMap<const int> map(storage);
      storage.fail_at(n);
      std::size_t inserted = 0;
      for (std::uintptr_t granule = 64; granule < 4'000; granule += granule % 5 + 1) {
        const int** const place = map.try_insert(address_of(granule));
        ASSERT_EQ(map.find(address_of(granule)), place);
        if (place != nullptr) *place = &kTarget;
        inserted += place != nullptr;
        ASSERT_EQ(map.size(), inserted);
      }
      ASSERT_TRUE(map.is_consistent());
    }
    ASSERT_EQ(storage.blocks().statistics().blocks_in_use(), 0U);
    if (!storage.has_failed()) break;
  }
}

}  // namespace
}  // namespace exuvia::runtime
