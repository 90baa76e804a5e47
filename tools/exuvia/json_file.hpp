// The file that --json names.
#pragma once

#include <string>

#include "outcome.hpp"

namespace exuvia::cli {

// Checks before a run that its figures can be written to `path`: that it may be created, or
// replaced when `may_overwrite`. Yields the absolute path, since the program may change the current
// directory. Leaves no file.
Outcome<std::string> prepare_json_path(const std::string& path, bool may_overwrite);

}  // namespace exuvia::cli
