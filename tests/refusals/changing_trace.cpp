// the class has a trace() that cannot be called: it must be public and const
#include "exuvia/runtime.hpp"

struct Node {
  exuvia::Ref<Node> next;
  void trace(exuvia::Visitor& v) { v(next); }
};

const auto made = exuvia::make<Node>();
