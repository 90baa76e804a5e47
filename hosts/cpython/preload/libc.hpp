// The functions of libc that the preload library calls. All are weak: in a process whose libc lacks
// one we must not be the reason that it fails to start.
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#pragma weak dlopen
#pragma weak dlsym
#pragma weak dlerror
#pragma weak dladdr
#pragma weak dl_iterate_phdr
#pragma weak getenv
#pragma weak getpid
#pragma weak sigaction
#pragma weak syscall
#pragma weak write

namespace exuvia::preload {

inline bool libc_is_usable() noexcept {
  return dlopen != nullptr && dlsym != nullptr && dlerror != nullptr && dladdr != nullptr &&
         dl_iterate_phdr != nullptr && getenv != nullptr && getpid != nullptr &&
         sigaction != nullptr && syscall != nullptr && write != nullptr;
}

}  // namespace exuvia::preload
