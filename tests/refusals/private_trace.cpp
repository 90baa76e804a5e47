// the class has a trace() that cannot be called
#include "exuvia/runtime.hpp"

class Node {
  exuvia::Ref<Node> next_;
  void trace(exuvia::Visitor& v) const { v(next_); }
};

const auto made = exuvia::make<Node>();
