// The figures of a program's runs on stock Python and on Exuvia, side by side.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "measured_run.hpp"

namespace exuvia::cli {

enum class Kind { kDuration, kBytes, kCount };

// The values of one figure over the runs of one side.
struct Series {
  std::vector<std::uint64_t> values;

  bool is_empty() const { return values.empty(); }
  std::uint64_t median() const;  // 0 when empty
  std::uint64_t lowest() const;
  std::uint64_t highest() const;

  // Half the distance between the lowest and the highest value, as a fraction of the median.
  double spread() const;
};

struct Figure {
  std::string name;   // for programs: "wall_time"
  std::string label;  // for people: "wall time"
  Kind kind;
  Series stock;
  Series exuvia;

  // Exuvia's median over stock's; 0 when stock's is zero or there are none.
  double ratio() const;
};

// How the program behaved.
struct Behaviour {
  bool is_same_status = true;  // in every run, of stock Python too
  bool is_same_output = true;
  bool is_steady_status = true;  // in every stock run
  bool is_steady_output = true;
  std::size_t different_line = 0;  // the first that differs; 0: beyond the part that is kept
  int stock_status = 0;            // as waitpid(2) tells it
  int exuvia_status = 0;           // the first that differs from stock's, or the same
  std::string exuvia_errors;       // the end of what that run wrote to standard error

  // Else a difference says nothing of Exuvia.
  bool is_steady_on_stock() const { return is_steady_status && is_steady_output; }
};

// The measured runs; the warm-up is not among them, but its output counts.
struct Comparison {
  std::vector<std::string> program;
  std::vector<MeasuredRun> stock;
  std::vector<MeasuredRun> exuvia;
  Behaviour behaviour;
  bool has_ledger = true;  // else nothing could be recorded

  // Figures that no run recorded are left out.
  std::vector<Figure> figures() const;

  // Takes a run in, and compares its behaviour with that of `reference`, a stock run.
  void add(MeasuredRun run, bool is_exuvia, const MeasuredRun& reference);
};

}  // namespace exuvia::cli
