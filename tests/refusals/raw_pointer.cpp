// the visitor does not take a raw pointer, a shared_ptr, a reference_wrapper
#include "exuvia/runtime.hpp"

struct Node {
  Node* parent;
  void trace(exuvia::Visitor& v) const { v(parent); }
};

const auto made = exuvia::make<Node>(nullptr);
