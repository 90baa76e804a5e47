// the class is derived from a container of Refs, which cannot show the members it adds
#include <map>

#include "exuvia/runtime.hpp"

struct Scope : std::map<int, exuvia::Ref<Scope>> {
  exuvia::Ref<Scope> outer;
  Scope() = default;
  explicit Scope(int) {}
};

const auto made = exuvia::make<Scope>();
