// Where the parts of this installation lie: beside the executable, in the build tree as when
// installed.
#pragma once

#include <string>
#include <vector>

#include "outcome.hpp"

namespace exuvia::cli {

// <root>/lib/exuvia, for the executable <root>/bin/exuvia.
Outcome<std::string> library_directory();

// The library that a run preloads, checked to exist and to have a name that LD_PRELOAD can hold.
Outcome<std::string> preload_library();

// The CPython versions that this installation has a host for, "3.11" and so on, in order.
std::vector<std::string> host_versions();

}  // namespace exuvia::cli
