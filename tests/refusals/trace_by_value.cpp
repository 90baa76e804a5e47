// the class has a trace() that cannot be called
#include "exuvia/runtime.hpp"

class Node {
 public:
  Node() = default;
  void trace(exuvia::Visitor v) const;

 private:
  exuvia::Ref<Node> next_;
};

const auto made = exuvia::make<Node>();
