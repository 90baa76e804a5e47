// What `exuvia run` and `exuvia compare` execute.
#pragma once

#include <string>
#include <vector>

#include "outcome.hpp"

namespace exuvia::cli {

struct Target {
  std::string path;                    // what execve(2) is given
  std::vector<std::string> arguments;  // argv, its first word included
};

// The interpreter that `choice` names: a path, or a name on PATH; empty chooses python3, then
// python. Its argument list is the name alone, as a shell would have it.
Outcome<Target> find_python(const std::string& choice);

// Finds what `words` mean, in this order:
//   -m MODULE.. | -c CODE.. | -      Python's own forms
//   a file or folder that exists     a Python script, or the program that the file is
//   a name on PATH                   that program
// A file is a program when it is executable and is either binary or has a first line that says what
// executes it, and is not called *.py. `python` is the interpreter of the Python forms and of
// Python scripts found on PATH.
Outcome<Target> resolve_target(const std::vector<std::string>& words, const std::string& python);

}  // namespace exuvia::cli
