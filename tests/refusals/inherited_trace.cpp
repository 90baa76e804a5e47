// the class inherits its base's trace(), which cannot see the members and bases it adds
#include "exuvia/runtime.hpp"

struct Base {
  exuvia::Ref<Base> next;
  void trace(exuvia::Visitor& v) const { v(next); }
};
struct Derived : Base {
  exuvia::Ref<Base> more;
};

const auto made = exuvia::make<Derived>();
