// The examples of docs/how-to/use-the-heap-from-cpp.md, word for word.
#include "documentation.hpp"

#include "exuvia/heap/heap.hpp"

namespace exuvia {
namespace {

TEST(Documentation, AHeapGivesAndTakesBlocks) {
  // clang-format off
exuvia::heap::Heap heap;                 // its own arenas; one thread at a time
void* block = heap.try_allocate(100);    // null when memory is exhausted
EXPECT_NE(block, nullptr);
heap.deallocate(block);
heap.trim();                             // gives what holds no live block back to the system
  // clang-format on
  EXPECT_EQ(heap.statistics().blocks_in_use(), 0U);
}

TEST(Documentation, ItsExamplesAreCompiled) {
  expect_examples_are_compiled("docs/how-to/use-the-heap-from-cpp.md",
                               {"tests/unit/heap/documentation_test.cpp"});
}

}  // namespace
}  // namespace exuvia
