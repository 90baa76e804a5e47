#include "comparison.hpp"

#include <algorithm>
#include <utility>

namespace exuvia::cli {
namespace {

using Runs = std::vector<MeasuredRun>;

struct Definition {
  const char* name;
  const char* label;
  Kind kind;
  std::uint64_t (*value)(const MeasuredRun& run);
  bool (*is_known)(const MeasuredRun& run);
};

bool always(const MeasuredRun&) { return true; }
bool is_recorded(const MeasuredRun& run) { return run.recorded.is_present; }
bool has_children(const MeasuredRun& run) { return run.recorded.children != 0; }
bool has_full(const MeasuredRun& run) { return run.recorded.full_pauses.count != 0; }
bool has_young(const MeasuredRun& run) { return run.recorded.young_pauses.count != 0; }

constexpr Definition kDefinitions[] = {
    {"wall_time", "wall time", Kind::kDuration, [](const MeasuredRun& run) { return run.wall_ns; },
     always},
    {"cpu_time", "CPU time", Kind::kDuration, [](const MeasuredRun& run) { return run.cpu_ns; },
     always},
    {"resident_peak", "peak resident", Kind::kBytes,
     [](const MeasuredRun& run) {
       // A program that a signal killed recorded none.
       return run.recorded.resident_peak != 0 ? run.recorded.resident_peak : run.resident_peak;
     },
     always},
    {"resident_final", "final resident", Kind::kBytes,
     [](const MeasuredRun& run) { return run.recorded.resident_final; },
     [](const MeasuredRun& run) { return run.recorded.resident_final != 0; }},
    {"full_collections", "full collections", Kind::kCount,
     [](const MeasuredRun& run) { return run.recorded.full_pauses.count; }, is_recorded},
    {"full_pause_median", "  median pause", Kind::kDuration,
     [](const MeasuredRun& run) { return run.recorded.full_pauses.quantile(0.5); }, has_full},
    {"full_pause_longest", "  longest pause", Kind::kDuration,
     [](const MeasuredRun& run) { return run.recorded.full_pauses.max_ns; }, has_full},
    {"full_pause_total", "  total pause", Kind::kDuration,
     [](const MeasuredRun& run) { return run.recorded.full_pauses.total_ns; }, has_full},
    {"young_collections", "young collections", Kind::kCount,
     [](const MeasuredRun& run) { return run.recorded.young_pauses.count; }, is_recorded},
    {"young_pause_longest", "  longest pause", Kind::kDuration,
     [](const MeasuredRun& run) { return run.recorded.young_pauses.max_ns; }, has_young},
    {"young_pause_total", "  total pause", Kind::kDuration,
     [](const MeasuredRun& run) { return run.recorded.young_pauses.total_ns; }, has_young},
    {"unshared", "unshared by children", Kind::kBytes,
     [](const MeasuredRun& run) { return run.recorded.unshared; }, has_children},
};

Series collect(const Runs& runs, const Definition& definition) {
  Series series;
  for (const MeasuredRun& run : runs) {
    if (definition.is_known(run)) series.values.push_back(definition.value(run));
  }
  return series;
}

}  // namespace

std::uint64_t Series::median() const {
  if (values.empty()) return 0;
  std::vector<std::uint64_t> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
}

std::uint64_t Series::lowest() const {
  return values.empty() ? 0 : *std::min_element(values.begin(), values.end());
}

std::uint64_t Series::highest() const {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

double Series::spread() const {
  const std::uint64_t middle = median();
  return middle == 0 ? 0
                     : static_cast<double>(highest() - lowest()) / 2 / static_cast<double>(middle);
}

double Figure::ratio() const {
  const std::uint64_t base = stock.median();
  return base == 0 ? 0 : static_cast<double>(exuvia.median()) / static_cast<double>(base);
}

std::vector<Figure> Comparison::figures() const {
  std::vector<Figure> figures;
  for (const Definition& definition : kDefinitions) {
    Figure figure{definition.name, definition.label, definition.kind, collect(stock, definition),
                  collect(exuvia, definition)};
    if (!figure.stock.is_empty() || !figure.exuvia.is_empty()) figures.push_back(std::move(figure));
  }
  return figures;
}

void Comparison::add(MeasuredRun run, bool is_exuvia, const MeasuredRun& reference) {
  const bool is_same_output = run.output.is_same_as(reference.output);
  const bool is_same_status = run.wait_status == reference.wait_status;
  behaviour.stock_status = reference.wait_status;
  if (!is_exuvia) {
    behaviour.is_steady_output &= is_same_output;
    behaviour.is_steady_status &= is_same_status;
  } else {
    if (!is_same_output && behaviour.is_same_output)
      behaviour.different_line = first_different_line(reference.output, run.output).value_or(0);
    if (behaviour.is_same_status) {
      behaviour.exuvia_status = run.wait_status;
      behaviour.exuvia_errors = run.errors.end();
    }
  }
  behaviour.is_same_output &= is_same_output;
  behaviour.is_same_status &= is_same_status;
  (is_exuvia ? exuvia : stock).push_back(std::move(run));
}

}  // namespace exuvia::cli
