#include "exuvia/types/generator.hpp"

#include <stdexcept>

#include "unit/types/support.hpp"

namespace exuvia::types {
namespace {

class GeneratorTest : public TypesTest {};

Yields countdown(std::int64_t from) {
  for (; from > 0; --from) co_yield integer(from);
}

Yields failing() {
  co_yield integer(1);
  co_yield value_error("no more");
  co_yield integer(2);
}

Yields throwing(Value held) {
  co_yield held;
  throw std::runtime_error("thrown");
}

TEST_F(GeneratorTest, YieldsOneValueAfterTheOther) {
  EXPECT_EQ(shown(list_of(*make_generator(countdown(3)))), "[3, 2, 1]");
  const Value numbers = *make_generator(countdown(1));
  EXPECT_EQ(shown(next(numbers)), "1");
  EXPECT_EQ(shown(next(numbers)), "nothing");
  EXPECT_EQ(shown(next(numbers)), "nothing");
}

TEST_F(GeneratorTest, HoldsOneValueAtATime) {
  std::size_t most = 0;
  const Result<void> done = for_each(*make_generator(countdown(10'000)), [&](const Value&) {
    most = std::max(most, heap.object_count());
    return Result<void>();
  });
  EXPECT_EQ(shown(done), "done");
  EXPECT_LE(most, 3U);
}

TEST_F(GeneratorTest, EndsWithAnErrorOrAnException) {
  const Value one = *make_generator(failing());
  EXPECT_EQ(shown(next(one)), "1");
  EXPECT_EQ(shown(next(one)), "ValueError: no more");
  EXPECT_EQ(shown(next(one)), "nothing");
  EXPECT_EQ(shown(list_of(*make_generator(throwing(none())))), "RuntimeError: thrown");
}

Yields missing() { co_yield Error{ErrorKind::kKeyError, "no"}; }

TEST_F(GeneratorTest, MayYieldAnErrorThatIsMadeInPlace) {
  EXPECT_EQ(shown(next(*make_generator(missing()))), "KeyError: no");
}

TEST_F(GeneratorTest, DropsWhatItHoldsWhenItIsDropped) {
  Value held = make_list();
  Value generator = *make_generator(throwing(held));
  EXPECT_EQ(shown(next(generator)), "[]");
  EXPECT_EQ(held.use_count(), 2U);
  generator.reset();
  EXPECT_EQ(held.use_count(), 1U);
}

Yields holding(Value held) {
  for (;;) co_yield Value(held);
}

TEST_F(GeneratorTest, DropsWhatItHoldsWhenItIsClosedOrHandlesNoError) {
  const Value held = make_list();
  const Ref<Generator> closed = cast<Generator>(*make_generator(holding(held)));
  const Ref<Generator> thrown = cast<Generator>(*make_generator(holding(held)));
  ASSERT_TRUE(next(closed));
  ASSERT_TRUE(next(thrown));
  EXPECT_EQ(held.use_count(), 3U);
  EXPECT_EQ(shown(close(*closed)), "done");
  EXPECT_EQ(shown(throw_into(*thrown, value_error("unhandled"))), "ValueError: unhandled");
  EXPECT_EQ(held.use_count(), 1U);
  EXPECT_EQ(shown(next(closed)), "nothing");
}

Yields nested(Value inner) { co_yield next(inner); }

TEST_F(GeneratorTest, GeneratorsThatGoOnInEachOtherHaveABound) {
  Value generator = *make_generator(countdown(1));
  for (int i = 0; i < 100'000; ++i) generator = *make_generator(nested(generator));
  EXPECT_EQ(shown(next(generator)),
            "RecursionError: maximum recursion depth exceeded while resuming a generator");
}

Yields noting(Ref<List> box) {
  const Result<Value> sent = co_yield catching(integer(1));
  if (!sent) (void)append(*box, text(name_of(sent.error().kind)));
}

TEST_F(GeneratorTest, IsClosedWhenItIsDropped) {
  const Ref<List> box = make_list();
  Value generator = *make_generator(noting(box));
  ASSERT_TRUE(next(generator));
  generator.reset();
  EXPECT_EQ(shown(Value(box)), "['GeneratorExit']");
  generator = *make_generator(noting(box));  // not begun, it catches nothing
  generator.reset();
  EXPECT_EQ(shown(Value(box)), "['GeneratorExit']");
}

Yields deaf() {
  for (;;) (void)(co_yield catching(integer(1)));
}

TEST_F(GeneratorTest, TheHookIsToldThatADroppedOneWillNotClose) {
  std::string told;
  heap.collector().set_unraisable_hook([&told](const char* where, std::exception_ptr exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& thrown) {
      told = std::string(where) + ": " + thrown.what();
    }
  });
  Value generator = *make_generator(deaf());
  ASSERT_TRUE(next(generator));
  generator.reset();
  EXPECT_EQ(told, "generator: RuntimeError: generator ignored GeneratorExit");
}

TEST_F(GeneratorTest, SurvivesTheFailureOfEachAllocation) {
  with_each_allocation_failing([&] { (void)had_memory(make_generator(countdown(3))); });
}

}  // namespace
}  // namespace exuvia::types
