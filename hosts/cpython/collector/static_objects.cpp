#include "cpython/collector/static_objects.hpp"

#include "cpython/image.hpp"

namespace exuvia::cpython {

StaticObjects find_static_objects() noexcept { return {interpreter_image()}; }

}  // namespace exuvia::cpython
