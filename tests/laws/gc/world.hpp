// What the law suite asks of a host under test, and the tiny host as the first of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "gc/collector.hpp"
#include "gc/workers.hpp"
#include "hosts/tiny/host.hpp"

namespace exuvia::laws {

// A world makes objects, links them, and collects. Each new host adds a class with these members
// and its name to Worlds below; the laws then hold for it, or it is broken.
class TinyWorld {
 public:
  using Id = tiny::Object*;
  using Host = tiny::Host;

  // An object with `edges` null edges, held by the maker. `owner_only`: helper threads may not
  // trace it.
  Id make(std::size_t edges, bool owner_only = false) {
    Id object = host_.try_make(edges);
    if (owner_only) object->flags |= tiny::Object::kOwnerOnly;
    return object;
  }
  void link(Id from, std::size_t edge, Id to) { host_.link(from, edge, to); }
  Id target(Id object, std::size_t edge) const { return object->edges()[edge]; }

  // Gives the maker's hold up: to the roots, or altogether.
  void hold_as_root(Id object) { host_.add_root(object); }
  void let_go(Id object) { host_.release(object); }
  void clear_roots() { host_.clear_roots(); }

  // References to the object, as its own count says; and a way to make that count wrong.
  std::size_t count(Id object) const { return object->count; }
  void set_count(Id object, std::size_t count) {
    object->count = static_cast<std::uint32_t>(count);
  }

  std::size_t live() const { return host_.live(); }
  Host& host() { return host_; }

 private:
  Host host_;
};

}  // namespace exuvia::laws
