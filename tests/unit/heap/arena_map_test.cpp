#include "exuvia/heap/arena_map.hpp"

#include <gtest/gtest.h>

#include "exuvia/heap/geometry.hpp"
#include "exuvia/platform/fake_platform.hpp"
#include "heap/arena_map_impl.hpp"

namespace exuvia::heap {
namespace {

using Map = ArenaMap<platform::FakePlatform, Geometry16K>;
constexpr std::uintptr_t kMiB = 1u << 20;

TEST(ArenaMap, FindsTheArenaOfEachAddressAndNoOther) {
  platform::FakeControl control;
  platform::FakePlatform platform(control);
  Map map;
  Arena<Geometry16K> arena{};
  for (const std::uintptr_t start : {kMiB, kMiB * 8191, kMiB * 8192, (kMiB << 27) - kMiB}) {
    const auto* base = reinterpret_cast<const void*>(start);
    ASSERT_TRUE(map.try_make_room(platform, base));
    map.set(base, &arena);
    EXPECT_EQ(map.find(start), &arena);
    EXPECT_EQ(map.find(start + kMiB - 1), &arena);
    EXPECT_EQ(map.find(start - 1), nullptr);
    map.set(base, nullptr);
    EXPECT_EQ(map.find(start), nullptr);
  }
  map.clear(platform);
  EXPECT_EQ(control.reserved, 0u);
}

TEST(ArenaMap, HasNoAddressesAboveUserSpace) {
  platform::FakePlatform platform;
  Map map;
  EXPECT_FALSE(map.try_make_room(platform, reinterpret_cast<void*>(std::uintptr_t{1} << 47)));
  EXPECT_EQ(map.find(~std::uintptr_t{0}), nullptr);
}

TEST(ArenaMap, IsUnchangedWhenMemoryIsRefused) {
  platform::FakeControl control;
  platform::FakePlatform platform(control);
  for (control.fail_from = 0; control.fail_from < 4; ++control.fail_from) {
    Map map;
    control.calls = 0;
    EXPECT_FALSE(map.try_make_room(platform, reinterpret_cast<void*>(kMiB)));
    EXPECT_EQ(map.find(kMiB), nullptr);
    map.clear(platform);
    EXPECT_EQ(control.reserved, 0u);
  }
}

}  // namespace
}  // namespace exuvia::heap
