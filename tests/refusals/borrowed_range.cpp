// the visitor does not take this range for the owner of its elements
#include <span>

#include "exuvia/runtime.hpp"

struct Node {
  std::span<const exuvia::Ref<Node>> borrowed;
  void trace(exuvia::Visitor& v) const { v(borrowed); }
};

const auto made = exuvia::make<Node>();
