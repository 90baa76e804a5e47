// an object of a class with a descriptor of its own is made by the functions of exuvia::types
#include "exuvia/types.hpp"

struct Point : exuvia::types::Object {
  static const exuvia::types::Type type;
};

const auto made = exuvia::make<Point>();
