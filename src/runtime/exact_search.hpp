// Which objects of any set only hold each other.
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <vector>

#include "gc/cycle_finder.hpp"
#include "runtime/object_model.hpp"

namespace exuvia::runtime {

// The objects of `set` that only hold each other. Throws std::bad_alloc, with nothing changed, when
// memory is short.
inline void find_unreachable(std::span<const object::Address> set, std::size_t held,
                             gc::Workers& workers, std::vector<Header*>& unreachable) {
  const ObjectModel model(held);
  gc::CycleFinder finder(model, gc::system_side_memory(), workers);
  if (!finder.try_find(set)) throw std::bad_alloc();
  if (finder.miscounted_count() != 0) {
    fail("trace() visits more references than were counted", model.header(finder.miscounted()[0]));
  }
  unreachable.reserve(finder.unreachable().size());
  for (const object::Address object : finder.unreachable())
    unreachable.push_back(model.header(object));
}

}  // namespace exuvia::runtime
