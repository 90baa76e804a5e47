// the class inherits its base's trace(), which cannot see the members and bases it adds
#include <vector>

#include "exuvia/runtime.hpp"

struct Base {
  exuvia::Ref<Base> next;
  void trace(exuvia::Visitor& v) const { v(next); }
};
struct Derived : Base {
  exuvia::Ref<Base> more;
};
struct Node {
  std::vector<Derived> members;
};

const auto made = exuvia::make<Node>();
