// an object of exuvia::types is made by a function of its own
#include "exuvia/types.hpp"

struct Point : exuvia::types::Object {
  static const exuvia::types::Type type;
};

const auto made = exuvia::make<Point>();
