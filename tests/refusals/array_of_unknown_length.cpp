// nobody knows how many Refs a unique_ptr to an array owns: use a std::vector
#include <memory>

#include "exuvia/runtime.hpp"

struct Node {
  std::unique_ptr<exuvia::Ref<Node>[]> children;
};

const auto made = exuvia::make<Node>();
