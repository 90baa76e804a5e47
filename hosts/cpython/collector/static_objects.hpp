// The objects that are part of the interpreter's image.
#pragma once

#include "exuvia/base/address_range.hpp"
#include "object/model.hpp"

namespace exuvia::cpython {

// The addresses of the image that holds None, the small integers and the static types, and null. No
// tracked object lies there.
struct StaticObjects {
  base::AddressRange image;

  bool contains(object::Address object) const noexcept {
    return object == 0 || image.contains(object);
  }
};

StaticObjects find_static_objects() noexcept;

}  // namespace exuvia::cpython
