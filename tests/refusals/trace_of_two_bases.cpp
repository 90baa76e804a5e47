// the class has a trace() that cannot be called
#include "exuvia/runtime.hpp"

struct Left {
  exuvia::Ref<Left> next;
  void trace(exuvia::Visitor& v) const { v(next); }
};
struct Right {
  exuvia::Ref<Right> next;
  void trace(exuvia::Visitor& v) const { v(next); }
};
struct Both : Left, Right {};

const auto made = exuvia::make<Both>();
