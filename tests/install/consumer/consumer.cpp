// A program that knows only the installed tree: a heap of its own, and what it gives back; objects
// that only hold each other, and a value of a language.
#include <cstdio>
#include <cstring>

#include "exuvia/base/histogram.hpp"
#include "exuvia/heap/heap.hpp"
#include "exuvia/runtime.hpp"
#include "exuvia/types.hpp"

struct Node {
  exuvia::Ref<Node> other;
};

static bool collects_a_cycle() {
  auto node = exuvia::make<Node>();
  node->other = exuvia::make<Node>(node);
  node.reset();
  return exuvia::collect() == 2;
}

static bool appends_to_a_list() {
  const auto list = exuvia::types::make_list();
  return list && exuvia::types::append(*list, list).has_value() && list->size == 1;
}

int main() {
  exuvia::heap::Heap heap;
  void* block = heap.try_allocate(100);
  if (block == nullptr || !heap.owns(block)) return 1;
  std::memset(block, 7, 100);
  heap.deallocate(block);

  exuvia::PauseHistogram pauses{};
  pauses.record(1000);
  std::printf("the installed heap serves blocks; the histogram counts %d pause\n",
              static_cast<int>(pauses.count));
  return pauses.count == 1 && collects_a_cycle() && appends_to_a_list() ? 0 : 1;
}
