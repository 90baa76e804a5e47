#include "comparison_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sys/wait.h>

#include "ledger/units.hpp"
#include "words.hpp"

namespace exuvia::cli {
namespace {

std::string value_text(std::uint64_t value, Kind kind) {
  switch (kind) {
    case Kind::kDuration:
      return std::string(ledger::duration_text(value).view());
    case Kind::kBytes:
      return std::string(ledger::bytes_text(value).view());
    case Kind::kCount:
      return std::string(ledger::count_text(value).view());
  }
  return {};
}

// "3.21 s ± 2%": the median and half the range.
std::string series_text(const Series& series, Kind kind) {
  if (series.is_empty()) return fmt::format("{:>11}{:7}", "-", "");
  const std::string median = value_text(series.median(), kind);
  if (series.lowest() == series.highest()) return fmt::format("{:>11}{:7}", median, "");
  return fmt::format("{:>11} ±{:>4.0f}%", median, 100 * series.spread());
}

std::string ratio_text(const Figure& figure) {
  const double ratio = figure.ratio();
  if (ratio == 0) return "";
  return ratio < 0.01 ? fmt::format("{:.4f}", ratio) : fmt::format("{:.2f}", ratio);
}

std::string figure_line(const Figure& figure) {
  std::string line =
      fmt::format("  {:<20} {}  {} {:>9}", figure.label, series_text(figure.stock, figure.kind),
                  series_text(figure.exuvia, figure.kind), ratio_text(figure));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

const RecordedFigures* first_recorded(const std::vector<MeasuredRun>& runs) {
  const auto found = std::find_if(runs.begin(), runs.end(),
                                  [](const MeasuredRun& run) { return run.recorded.is_present; });
  return found == runs.end() ? nullptr : &found->recorded;
}

std::string head(const Comparison& comparison) {
  const RecordedFigures* recorded = first_recorded(comparison.exuvia);
  std::string text = fmt::format("exuvia: {}", joined(comparison.program));
  if (recorded != nullptr) text += fmt::format(" on {}", recorded->interpreter);
  const std::size_t pairs = comparison.exuvia.size();
  return text + fmt::format(": {}, after one to warm up\n",
                            counted(pairs, "run of each", "runs of each, medians"));
}

std::string activity(const Comparison& comparison) {
  const RecordedFigures* recorded = first_recorded(comparison.exuvia);
  if (recorded == nullptr && !comparison.has_ledger)
    return "  Nothing was recorded, since there was no room for it.\n";
  if (recorded == nullptr) {
    return "  Nothing was recorded: it is not a Python that Exuvia supports ('exuvia info' says "
           "why).\n";
  }
  std::string text;
  if (!recorded->allocator_active) text += "  The allocator was CPython's own on both sides.\n";
  if (!recorded->collector_active) text += "  The collector was CPython's own on both sides.\n";
  if (!recorded->note.empty()) text += fmt::format("  Note: {}\n", recorded->note);
  return text;
}

std::string status_text(int wait_status) {
  if (WIFSIGNALED(wait_status)) return fmt::format("was ended by signal {}", WTERMSIG(wait_status));
  return fmt::format("exited with status {}", WEXITSTATUS(wait_status));
}

std::string status_line(const Behaviour& behaviour) {
  if (!behaviour.is_steady_status)
    return "  The exit status differs from run to run, on stock Python as well.\n";
  if (!behaviour.is_same_status) {
    std::string text =
        fmt::format("  Not the same: on stock Python it {}, on Exuvia it {}.\n",
                    status_text(behaviour.stock_status), status_text(behaviour.exuvia_status));
    if (!behaviour.exuvia_errors.empty()) {
      text += fmt::format("  On Exuvia it wrote to standard error:\n{}\n", behaviour.exuvia_errors);
    }
    return text;
  }
  if (behaviour.stock_status == 0) return "";
  return fmt::format("  On both sides it {}.\n", status_text(behaviour.stock_status));
}

std::string output_line(const Behaviour& behaviour) {
  if (behaviour.is_same_output) {
    return behaviour.is_same_status ? "  Same output and exit status in every run.\n"
                                    : "  Same output in every run.\n";
  }
  if (!behaviour.is_steady_output)
    return "  Output differs from run to run, on stock Python as well.\n";
  if (behaviour.different_line == 0) return "  Not the same: the output differs, far into it.\n";
  return fmt::format("  Not the same: the output differs from line {} on.\n",
                     behaviour.different_line);
}

}  // namespace

std::string comparison_text(const Comparison& comparison) {
  std::string text = head(comparison) + activity(comparison);
  text +=
      fmt::format("  {:<20} {:>11}{:7} {:>11}{:7} {:>9}\n", "", "stock", "", "Exuvia", "", "ratio");
  for (const Figure& figure : comparison.figures()) text += figure_line(figure);
  return text + status_line(comparison.behaviour) + output_line(comparison.behaviour);
}

}  // namespace exuvia::cli
