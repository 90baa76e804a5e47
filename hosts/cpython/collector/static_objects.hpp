// The objects that are part of the interpreter's image.
#pragma once

#include "object/model.hpp"

namespace exuvia::cpython {

// The addresses of the image that holds None, the small integers and the static types, and null. No
// tracked object lies there.
struct StaticObjects {
  object::Address begin = 0;
  object::Address size = 0;

  bool contains(object::Address object) const noexcept {
    return object == 0 || object - begin < size;
  }
};

StaticObjects find_static_objects() noexcept;

}  // namespace exuvia::cpython
