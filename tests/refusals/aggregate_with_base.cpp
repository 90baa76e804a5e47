// an aggregate with a base does not show its members
#include "exuvia/runtime.hpp"

struct Base {
  int number;
};
struct Node : Base {
  exuvia::Ref<Node> next;
};

const auto made = exuvia::make<Node>();
