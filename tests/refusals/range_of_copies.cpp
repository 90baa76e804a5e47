// the iterators of a range that owns Refs give copies
#include <vector>

#include "exuvia/runtime.hpp"

struct Copies {
  struct iterator : std::vector<exuvia::Ref<int>>::const_iterator {
    using reference = exuvia::Ref<int>;
    reference operator*() const { return {}; }
    iterator& operator++() { return *this; }
    iterator operator++(int) { return *this; }
  };
  iterator begin() const { return {}; }
  iterator end() const { return {}; }
};
template <>
inline constexpr bool exuvia::owns_elements<Copies> = true;

struct Node {
  Copies copies;
};

const auto made = exuvia::make<Node>();
