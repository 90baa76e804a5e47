#include "exuvia/platform/linux_platform.hpp"

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>

#include "exuvia/base/bytes.hpp"

namespace exuvia::platform {
namespace {

using base::kMiB;

TEST(LinuxPlatform, ReservesAlignedAddresses) {
  LinuxPlatform platform;
  for (std::size_t alignment = platform.os_page_size(); alignment <= 4 * kMiB; alignment *= 2) {
    void* p = platform.try_reserve(3 * kMiB, alignment);
    ASSERT_NE(p, nullptr);
    EXPECT_TRUE(base::is_aligned(reinterpret_cast<std::uintptr_t>(p), alignment));
    platform.release(p, 3 * kMiB);
  }
}

TEST(LinuxPlatform, CommittedMemoryIsZeroAndWritable) {
  LinuxPlatform platform;
  void* p = platform.try_reserve(kMiB, kMiB);
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  auto* bytes = static_cast<unsigned char*>(p);
  EXPECT_EQ(bytes[kMiB - 1], 0);
  bytes[0] = 1;
  platform.release(p, kMiB);
}

TEST(LinuxPlatform, DecommittedMemoryReadsAsZerosAgain) {
  LinuxPlatform platform;
  void* p = platform.try_reserve(kMiB, kMiB);
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  std::memset(p, 0xff, kMiB);
  ASSERT_TRUE(platform.try_decommit(p, kMiB));
  EXPECT_EQ(*static_cast<unsigned char*>(p), 0);
  platform.release(p, kMiB);
}

TEST(LinuxPlatform, PopulatedMemoryKeepsItsContentsAndErrnoStays) {
  LinuxPlatform platform;
  void* p = platform.try_reserve(kMiB, kMiB);
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  auto* bytes = static_cast<unsigned char*>(p);
  bytes[5] = 7;
  errno = 0;
  platform.populate(p, kMiB);
  EXPECT_EQ(errno, 0);
  EXPECT_EQ(bytes[5], 7);
  EXPECT_EQ(bytes[kMiB - 1], 0);
  platform.release(p, kMiB);
}

TEST(LinuxPlatform, UncommittedMemoryCanBeCommittedAgain) {
  LinuxPlatform platform;
  void* p = platform.try_reserve(kMiB, kMiB);
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  std::memset(p, 0xff, kMiB);
  ASSERT_TRUE(platform.try_uncommit(p, kMiB));
  ASSERT_TRUE(platform.try_commit(p, kMiB));
  EXPECT_EQ(*static_cast<unsigned char*>(p), 0);
  platform.release(p, kMiB);
}

TEST(LinuxPlatformDeathTest, ReservedMemoryFaultsWhenTouched) {
  LinuxPlatform platform;
  void* p = platform.try_reserve(kMiB, kMiB);
  EXPECT_DEATH(*static_cast<volatile char*>(p) = 1, "");
  platform.release(p, kMiB);
}

TEST(LinuxPlatform, RefusesWhatCannotBeReservedAndKeepsErrno) {
  LinuxPlatform platform;
  errno = 42;
  EXPECT_EQ(platform.try_reserve(std::size_t{1} << 62, kMiB), nullptr);
  EXPECT_EQ(errno, 42);
}

TEST(LinuxPlatform, TellsAClockThatDoesNotGoBack) {
  LinuxPlatform platform;
  const auto first = platform.now_ns();
  EXPECT_GE(platform.now_ns(), first);
}

}  // namespace
}  // namespace exuvia::platform
