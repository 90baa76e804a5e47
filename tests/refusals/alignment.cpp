// objects of the runtime are aligned to 16 bytes at most
#include "exuvia/runtime.hpp"

struct alignas(64) Line {
  int number;
};

const auto made = exuvia::make<Line>();
