// a class with a tail is made by exuvia::make_with_tail
#include "exuvia/runtime.hpp"

struct Row : exuvia::Tail<Row, int> {
  int number;
};

const auto made = exuvia::make<Row>(1);
