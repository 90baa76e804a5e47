// the class has a finalize() that cannot be called
#include "exuvia/runtime.hpp"

class Node {
  void finalize() {}
};

const auto made = exuvia::make<Node>();
