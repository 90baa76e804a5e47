// What the collector must know of the tiny host's objects.
#pragma once

#include <cstddef>

#include "exuvia/base/prefetch.hpp"
#include "hosts/tiny/object.hpp"
#include "object/model.hpp"

namespace exuvia::tiny {

// Satisfies the concepts of object/model.hpp; each member answers one question of the collector's.
class Model {
 public:
  // Objects start at multiples of 16, so a granule's address is the object's.
  static constexpr unsigned kGranuleShift = 4;

  void prefetch(Address object) const noexcept {
    base::prefetch_to_read(reinterpret_cast<const void*>(object));
  }
  bool is_container(Address object) const noexcept { return object_at(object)->length != 0; }
  bool is_shareable(Address object) const noexcept {
    return (object_at(object)->flags & Object::kOwnerOnly) == 0;
  }

  std::size_t count(Address object) const noexcept { return object_at(object)->count; }

  template <class Visit>
  void trace(Address object, Visit&& visit) const noexcept {
    trace_range(object, 0, object_at(object)->length, visit);
  }

  std::size_t length(Address object) const noexcept { return object_at(object)->length; }

  template <class Visit>
  void trace_range(Address object, std::size_t begin, std::size_t end,
                   Visit&& visit) const noexcept {
    const Object* self = object_at(object);
    for (const Object* child : self->edges().subspan(begin, end - begin)) {
      if (child != nullptr) visit(address_of(child));
    }
  }
};

static_assert(object::Markable<Model> && object::CycleCountable<Model> && object::Sliceable<Model>);

}  // namespace exuvia::tiny
