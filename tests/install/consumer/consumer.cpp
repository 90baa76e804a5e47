// A program that knows only the installed tree: a heap of its own, and what it gives back.
#include <cstdio>
#include <cstring>

#include "exuvia/base/histogram.hpp"
#include "exuvia/heap/heap.hpp"

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
  return pauses.count == 1 ? 0 : 1;
}
