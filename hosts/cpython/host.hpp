// How the preload library and the host library meet: the host's exported functions, by name.
#pragma once

namespace exuvia::cpython {

// Called once, before the interpreter's runtime is initialised.
using InstallBeforeMain = void (*)();
inline constexpr const char* kInstallBeforeMain = "exuvia_host_install_before_main";

// Records the process's final figures. Called before _exit; harmless when called twice.
using Finish = void (*)();
inline constexpr const char* kFinish = "exuvia_host_finish";

// Gives up reserved addresses before the process's address space is limited. From any thread.
using ReleaseAddresses = void (*)();
inline constexpr const char* kReleaseAddresses = "exuvia_host_release_addresses";

}  // namespace exuvia::cpython
