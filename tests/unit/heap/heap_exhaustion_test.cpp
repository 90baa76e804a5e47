// A heap whose system refuses memory.
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exuvia/heap/heap.hpp"
#include "exuvia/platform/fake_platform.hpp"
#include "heap/heap_impl.hpp"

namespace exuvia::heap {
namespace {

using platform::FakeControl;
using platform::FakePlatform;

template <class G>
class ExhaustionTest : public testing::Test {
 protected:
  using FaultyHeap = BasicHeap<FakePlatform, G>;

  // Fills, trims, frees; counts null returns. What was allocated is always freed.
  static int scenario(FaultyHeap& heap) {
    int failures = 0;
    std::vector<void*> blocks;
    const auto add = [&](std::size_t size) {
      void* p = heap.try_allocate(size);
      p == nullptr ? ++failures : (blocks.push_back(p), 0);
    };
    for (std::size_t i = 0; i < 12'000; ++i) add(480);
    for (std::size_t i = 0; i < blocks.size(); i += 1 + i % 7) {
      heap.deallocate(blocks[i]);
      blocks[i] = nullptr;
    }
    heap.trim();
    EXPECT_TRUE(heap.is_consistent());
    for (std::size_t i = 0; i < 2000; ++i) add(i % 512);
    for (void* p : blocks) heap.deallocate(p);
    heap.trim();
    EXPECT_TRUE(heap.is_consistent());
    EXPECT_EQ(heap.statistics().blocks_in_use(), 0u);
    return failures;
  }

  static Options options() {
    Options options;
    options.reservation = 3 * G::kArenaSize;
    options.huge_pages_from = G::kArenaSize;
    return options;
  }

  // One run with `count` calls failing from call number `call`. Returns how many calls there were.
  static std::uint64_t run(std::uint64_t call, std::uint64_t count) {
    FakeControl control;
    control.fail_from = call;
    control.fail_count = count;
    {
      FaultyHeap heap(options(), kMallocFamily, FakePlatform(control));
      scenario(heap);
      control.fail_from = FakeControl::kNever;
      EXPECT_EQ(scenario(heap), 0) << "does not recover from call " << call;
    }
    EXPECT_EQ(control.reserved, 0u) << "leaks when call " << call << " fails";
    return control.calls;
  }
};

using Geometries = testing::Types<Geometry4K, Geometry16K, Geometry64K, GeometryNarrow>;
TYPED_TEST_SUITE(ExhaustionTest, Geometries);

TYPED_TEST(ExhaustionTest, SurvivesTheFailureOfAnyOneCall) {
  const std::uint64_t calls = this->run(FakeControl::kNever, 1);
  EXPECT_GT(calls, 10u);
  const std::uint64_t stride = 1 + calls / 300;
  for (std::uint64_t call = 0; call < calls; call += call < 100 ? 1 : stride) this->run(call, 1);
}

TYPED_TEST(ExhaustionTest, SurvivesTheFailureOfAllCallsFromAnyOneOn) {
  const std::uint64_t calls = this->run(FakeControl::kNever, 1);
  const std::uint64_t stride = 1 + calls / 100;
  for (std::uint64_t call = 0; call < calls; call += call < 50 ? 1 : stride) {
    this->run(call, FakeControl::kNever);
  }
}

TYPED_TEST(ExhaustionTest, WorksWithoutAReservation) {
  FakeControl control;
  control.refuse_reservations = true;
  BasicHeap<FakePlatform, TypeParam> heap({}, kMallocFamily, FakePlatform(control));
  EXPECT_EQ(this->scenario(heap), 0);
  void* p = heap.try_allocate(10);
  EXPECT_TRUE(heap.owns(p));
  EXPECT_FALSE(heap.owns(&control));
  heap.deallocate(p);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kNeedsAddresses = true;  // the sanitizers' own shadow memory
#else
constexpr bool kNeedsAddresses = false;
#endif

int fill_under_address_limit() {
  const rlimit limit = {512u << 20, 512u << 20};
  if (::setrlimit(RLIMIT_AS, &limit) != 0) return 2;
  Heap heap;
  std::vector<void*> blocks;
  blocks.reserve(1'000'000);
  while (void* p = heap.try_allocate(512)) blocks.push_back(p);
  const bool used_most = blocks.size() * 512 > (256u << 20);
  const bool consistent = heap.is_consistent() && heap.owns(blocks[0]);
  for (void* p : blocks) heap.deallocate(p);
  return used_most && consistent && heap.try_allocate(100) != nullptr ? 0 : 1;
}

TYPED_TEST(ExhaustionTest, WorksOnWithoutTheAddressesItGaveUp) {
  FakeControl control;
  {
    typename TestFixture::FaultyHeap heap(this->options(), kMallocFamily, FakePlatform(control));
    void* early = heap.try_allocate(64);
    const std::size_t reserved = control.reserved;
    heap.release_spare_addresses();
    EXPECT_LE(control.reserved + TypeParam::kArenaSize, reserved);
    EXPECT_TRUE(heap.owns(early));
    heap.deallocate(early);
    EXPECT_EQ(this->scenario(heap), 0);
    heap.release_spare_addresses();
    EXPECT_EQ(this->scenario(heap), 0);
  }
  EXPECT_EQ(control.reserved, 0u);
}

TYPED_TEST(ExhaustionTest, MayGiveUpAddressesBeforeItsFirstBlock) {
  FakeControl control;
  {
    typename TestFixture::FaultyHeap heap(this->options(), kMallocFamily, FakePlatform(control));
    heap.release_spare_addresses();
    EXPECT_EQ(this->scenario(heap), 0);
  }
  EXPECT_EQ(control.reserved, 0u);
}

TEST(Exhaustion, UsesWhatAddressesALimitLeaves) {
  if (kNeedsAddresses) GTEST_SKIP() << "no address limit under a sanitizer";
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_under_address_limit());
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace exuvia::heap
