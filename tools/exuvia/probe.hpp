// Finds out what Exuvia does in an interpreter by running it.
#pragma once

#include <string>

#include "measured_run.hpp"
#include "outcome.hpp"

namespace exuvia::cli {

struct Probe {
  std::string path;            // of the interpreter, as found
  std::string version;         // what it says of itself; empty when it is not a Python
  std::string executable;      // sys.executable
  std::string implementation;  // "CPython"
  RecordedFigures recorded;    // not present: nothing of Exuvia is active
  std::string obstacle;        // then: why
};

// Runs the interpreter that `python` names (empty: python3 on PATH) on Exuvia with a program of one
// line.
Outcome<Probe> probe_python(const std::string& python);

}  // namespace exuvia::cli
