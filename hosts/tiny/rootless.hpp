// The tiny host as the collector sees it when no root was told: the worst case of a collection.
#pragma once

#include <cstddef>

#include "hosts/tiny/host.hpp"

namespace exuvia::tiny {

// A host that does not tell its roots.
struct Rootless {
  using Model = tiny::Model;
  Host& host;
  Model& model() noexcept { return host.model(); }
  template <class Visit>
  void for_each_root(Visit&&) {}
  template <class Marks, class Visit>
  void for_each_candidate(const Marks& marks, Visit&& visit) {
    host.for_each_candidate(marks, visit);
  }
  template <class Visit>
  void for_each_tracked(Visit&& visit) {
    host.for_each_tracked(visit);
  }
  template <class Finder>
  std::size_t dispose(Finder& finder) {
    return host.dispose(finder);
  }
};

}  // namespace exuvia::tiny
