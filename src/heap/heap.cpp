// The default heap, ready to link.
#include "exuvia/heap/heap.hpp"

#include "heap/heap_impl.hpp"

namespace exuvia::heap {

template class BasicHeap<platform::LinuxPlatform, Geometry16K>;

}  // namespace exuvia::heap
