// a member cannot be seen
#include "exuvia/runtime.hpp"

struct Writer {
  exuvia::Ref<int> source;
  char buffer[512];
  int& written;
};

int written = 0;
const auto made = exuvia::make<Writer>(exuvia::make<int>(), "", written);
