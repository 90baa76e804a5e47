// an object of exuvia::types is made by a function of its own
#include "exuvia/types.hpp"

struct WithoutType : exuvia::types::Object {
  int number = 0;
};

const auto made = exuvia::make<WithoutType>();
