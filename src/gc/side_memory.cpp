#include "gc/side_memory.hpp"

#include <new>

#include "exuvia/platform/linux_platform.hpp"

namespace exuvia::gc {

SideMemory& system_side_memory() noexcept {
  using System = PlatformSideMemory<platform::LinuxPlatform>;
  // Never destroyed: a collection may run while the process's statics are being torn down.
  alignas(System) static unsigned char storage[sizeof(System)];
  static SideMemory* const memory = new (storage) System;
  return *memory;
}

}  // namespace exuvia::gc
