// a class with a tail has the public base exuvia::Tail<T, Element>
#include "exuvia/runtime.hpp"

struct Row {
  int number;
};

const auto made = exuvia::make_with_tail<Row>(3, 1);
