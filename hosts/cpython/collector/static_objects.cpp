#include "cpython/collector/static_objects.hpp"

#include "cpython/image.hpp"

namespace exuvia::cpython {

StaticObjects find_static_objects() noexcept {
  const ImageRange& image = interpreter_image();
  return {image.begin, image.size};
}

}  // namespace exuvia::cpython
