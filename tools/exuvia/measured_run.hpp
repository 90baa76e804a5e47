// Runs a program once and measures it.
#pragma once

#include <cstdint>
#include <string>

#include "captured_output.hpp"
#include "environment_block.hpp"
#include "exuvia/base/histogram.hpp"
#include "outcome.hpp"
#include "target.hpp"

namespace exuvia::cli {

// What the processes of a run recorded in its ledger.
struct RecordedFigures {
  bool is_present = false;  // false: the program is no Python that exuvia can observe
  std::string interpreter;
  std::string note;
  bool allocator_active = false;
  bool collector_active = false;
  std::uint64_t resident_peak = 0;  // of the root process
  std::uint64_t resident_final = 0;
  PauseHistogram full_pauses{};  // of all processes
  PauseHistogram young_pauses{};
  std::uint64_t children = 0;
  std::uint64_t unshared = 0;  // bytes, all children together
};

struct MeasuredRun {
  int wait_status = 0;  // as waitpid(2) tells it
  std::uint64_t wall_ns = 0;
  std::uint64_t cpu_ns = 0;         // of the program and the children it waited for
  std::uint64_t resident_peak = 0;  // of the largest process, by getrusage(2)
  RecordedFigures recorded;
  CapturedOutput output;
  CapturedOutput errors;
};

struct RunMode {
  int input = 0;       // the program's standard input
  bool shows = false;  // whether what it prints is passed on
  bool is_root =
      false;  // whether it is the run's root, which says what hinders it and prints a summary
};

// Runs `target` to its end. Its environment must name the ledger at `ledger` (empty: there is
// none), from which its figures are read afterwards.
Outcome<MeasuredRun> measure_run(Target target, EnvironmentBlock environment,
                                 const std::string& ledger, RunMode mode);

}  // namespace exuvia::cli
