// In checking builds: heaps whose handle has gone while objects lived on.
#pragma once

#include <mutex>
#include <unordered_set>

#include "exuvia/runtime/core.hpp"

namespace exuvia::runtime {

// Nobody collects such a heap any more. At the exit of the process a line on the standard error
// stream tells of each whose objects only hold each other, or are held by a Ref that no trace()
// shows in memory that was never freed: of a container that its class forgets, most likely.
//
// The process then ends with the status that LeakSanitizer would choose, or with that in the
// environment variable EXUVIA_LEAK_STATUS, of which 0 leaves the program's own; unless the Ref may
// be in memory that somebody but an object owns.
class LeftHeaps {
 public:
  [[nodiscard]] static LeftHeaps& instance();

  void add(HeapCore& core);
  void remove(HeapCore& core);
  // Whether something has certainly leaked.
  [[nodiscard]] bool report();

 private:
  [[nodiscard]] bool report_cycles() const;
  [[nodiscard]] bool report_hidden_refs() const;

  std::mutex mutex_;
  std::unordered_set<HeapCore*> heaps_;
};

}  // namespace exuvia::runtime
