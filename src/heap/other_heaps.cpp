// The heaps of other geometries and checks, ready to link. Apart from the default, so that a
// program does not hold code it has no use for.
#include "exuvia/heap/heap.hpp"

#include "heap/heap_impl.hpp"

namespace exuvia::heap {

using platform::LinuxPlatform;

template class BasicHeap<LinuxPlatform, Geometry4K>;
template class BasicHeap<LinuxPlatform, Geometry64K>;
template class BasicHeap<LinuxPlatform, GeometryNarrow>;
template class BasicHeap<LinuxPlatform, Geometry4K, HardenedChecks>;
template class BasicHeap<LinuxPlatform, Geometry16K, HardenedChecks>;
template class BasicHeap<LinuxPlatform, Geometry64K, HardenedChecks>;

}  // namespace exuvia::heap
