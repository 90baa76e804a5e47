// What the tiny host promises beyond the laws: counting, finalizers, resurrection.
#include "hosts/tiny/host.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "exuvia/platform/fake_platform.hpp"

namespace exuvia::tiny {
namespace {

class TinyHost : public testing::Test {
 protected:
  // Two objects that refer to each other and are held by nothing else; each has a second edge to
  // spare.
  std::pair<Object*, Object*> make_cycle() {
    Object* a = host.try_make(2);
    Object* b = host.try_make(2);
    host.link(a, 0, b);
    host.link(b, 0, a);
    host.release(a);
    host.release(b);
    return {a, b};
  }

  Host host;
  gc::Workers workers{1};
};

TEST_F(TinyHost, EndsALifeWithItsLastReference) {
  Object* parent = host.try_make(1);
  Object* child = host.try_make(0);
  host.link(parent, 0, child);
  host.release(child);
  EXPECT_EQ(host.live(), 2u);
  host.release(parent);
  EXPECT_EQ(host.live(), 0u);
}

TEST_F(TinyHost, TracksOnlyWhatCanBeInACycle) {
  Object* container = host.try_make(1);
  Object* atom = host.try_make(0);
  EXPECT_TRUE(host.is_tracked(container));
  EXPECT_FALSE(host.is_tracked(atom));
  host.release(container);
  host.release(atom);
}

TEST_F(TinyHost, FinalizesEachUnreachableObjectOnceBeforeAnyDies) {
  const auto [a, b] = make_cycle();
  std::vector<Object*> finalized;
  host.set_finalizer([&](Object* object) {
    EXPECT_EQ(host.live(), 2u);
    finalized.push_back(object);
  });
  EXPECT_EQ(host.collect(workers).disposed, 2u);
  EXPECT_EQ(finalized.size(), 2u);
  EXPECT_TRUE((finalized == std::vector<Object*>{a, b}) ||
              (finalized == std::vector<Object*>{b, a}));
}

TEST_F(TinyHost, LetsAResurrectedSetSurviveWholeAndFinalizesItNoSecondTime) {
  const auto [a, b] = make_cycle();
  Object* keeper = host.try_make(1);
  host.add_root(keeper);
  int calls = 0;
  host.set_finalizer([&, first = a](Object* object) {
    ++calls;
    if (object == first) host.link(keeper, 0, object);
  });
  EXPECT_EQ(host.collect(workers).disposed, 0u);
  EXPECT_EQ(host.live(), 3u);
  EXPECT_EQ(a->edges()[0], b);
  EXPECT_EQ(a->count, 2u);
  host.link(keeper, 0, nullptr);
  EXPECT_EQ(host.collect(workers).disposed, 2u);
  EXPECT_EQ(calls, 2);
}

TEST_F(TinyHost, GivesAllMemoryBackWhateverIsStillAlive) {
  Object* large = host.try_make(10'000);
  host.add_root(large);
  make_cycle();
  EXPECT_EQ(host.live(), 3u);
}

TEST(TinyHostWithoutMemory, MakesNoObjectThatItCannotTrack) {
  platform::FakeControl control;
  control.fail_from = 0;
  gc::PlatformSideMemory<platform::FakePlatform> memory{platform::FakePlatform(control)};
  Host host(memory);
  EXPECT_EQ(host.try_make(1), nullptr) << "no table";
  control.fail_from = control.calls + 2;
  EXPECT_EQ(host.try_make(1), nullptr) << "a table, no leaf";
  EXPECT_EQ(host.live(), 0u);
  Object* object = host.try_make(1);
  ASSERT_NE(object, nullptr);
  host.release(object);
}

}  // namespace
}  // namespace exuvia::tiny
