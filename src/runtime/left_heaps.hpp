// In checking builds: heaps whose handle has gone while objects lived on.
#pragma once

#include <mutex>
#include <unordered_set>

#include "exuvia/runtime/core.hpp"

namespace exuvia::runtime {

// Nobody collects such a heap any more. At the exit of the process a line on the standard error
// stream tells of each whose objects only hold each other, or are held by a Ref that no trace()
// shows in memory that was never freed: of a container that its class forgets, most likely.
class LeftHeaps {
 public:
  [[nodiscard]] static LeftHeaps& instance();

  void add(HeapCore& core);
  void remove(HeapCore& core);
  void report();

 private:
  std::mutex mutex_;
  std::unordered_set<HeapCore*> heaps_;
};

}  // namespace exuvia::runtime
