// the class has a finalize() that cannot be called: it must be public, take and return nothing
#include "exuvia/runtime.hpp"

struct Node {
  bool finalize() { return true; }
};

const auto made = exuvia::make<Node>();
