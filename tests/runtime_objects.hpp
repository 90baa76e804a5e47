// What many tests of the runtime make objects of.
#pragma once

#include "exuvia/runtime/make.hpp"

namespace exuvia {

// The smallest that forms chains and cycles.
struct Link {
  Ref<Link> next;
};

// Counts its deaths.
struct Mortal {
  int* dead;
  explicit Mortal(int& d) : dead(&d) {}
  Mortal(const Mortal&) = delete;
  Mortal& operator=(const Mortal&) = delete;
  ~Mortal() { ++*dead; }
};

}  // namespace exuvia
