#include "compare_command.hpp"

#include <cstdio>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "comparison.hpp"
#include "comparison_json.hpp"
#include "comparison_text.hpp"
#include "environment_block.hpp"
#include "files.hpp"
#include "installation.hpp"
#include "interrupt.hpp"
#include "json_file.hpp"
#include "ledger/environment.hpp"
#include "ledger/file.hpp"
#include "measured_run.hpp"
#include "options.hpp"
#include "program_input.hpp"
#include "run_environment.hpp"
#include "target.hpp"
#include "temporary_ledger.hpp"

namespace exuvia::cli {
namespace {

constexpr const char* kUsageLine =
    "compare [options] [--] (SCRIPT | -m MODULE | -c CODE | - | PROGRAM) [argument..]";

constexpr const char* kDescription =
    "Runs a program on stock Python and on Exuvia in turn and prints its figures side by side: "
    "time, memory, pauses\n"
    "of the collector, and memory that children no longer share with their parent. A first run on "
    "stock Python warms\n"
    "the machine up; what it prints is shown. The others must print the same, which is checked. "
    "Standard input is\n"
    "given to every run when it is a file, and is empty otherwise.";

constexpr unsigned kMaxRuns = 10'000;

struct CompareOptions {
  RunOptions run;
  unsigned runs = 3;
};

void declare(CLI::App& app, CompareOptions& options) {
  describe_command(app, kUsageLine);
  app.allow_extras();  // the program's words
  app.add_option("-n,--runs", options.runs, "Measured runs on each side (default: 3)")
      ->type_name("RUNS")
      ->check(number_up_to(kMaxRuns));
  declare_run_options(app, options.run);
  app.add_flag("-q,--quiet", options.run.is_quiet, "Do not show what the program prints");
}

// Tells a person at a terminal which run is under way.
class Progress {
 public:
  explicit Progress(unsigned total) : total_(total), is_shown_(isatty(STDERR_FILENO) == 1) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { show(""); }

  void start(bool is_exuvia) {
    ++current_;
    show(fmt::format("exuvia: run {} of {}, on {}", current_, total_,
                     is_exuvia ? "Exuvia" : "stock Python"));
  }

 private:
  void show(const std::string& text) const {
    if (is_shown_) fmt::print(stderr, "\r\033[K{}", text);
  }

  unsigned total_;
  unsigned current_ = 0;
  bool is_shown_;
};

class Comparer {
 public:
  Comparer(Target target, std::string preload, RunOptions options)
      : target_(std::move(target)), preload_(std::move(preload)), options_(std::move(options)) {}

  // The warm-up and `pairs` runs of each side, or as many as there were until an interrupt.
  Outcome<Comparison> compare(unsigned pairs);

  bool has_ignored_input() const { return input_.is_ignored(); }

 private:
  Outcome<MeasuredRun> run(bool is_exuvia, bool shows);
  Outcome<Done> add_run(bool is_exuvia, const MeasuredRun& reference, Comparison& comparison);

  Target target_;
  std::string preload_;
  RunOptions options_;
  ProgramInput input_;
  bool has_ledger_ = true;
};

Outcome<MeasuredRun> Comparer::run(bool is_exuvia, bool shows) {
  const TemporaryLedger ledger;
  has_ledger_ = !ledger.path().empty();
  RunOptions options = options_;
  if (!is_exuvia) options.collector = options.allocator = "stock";
  EnvironmentBlock environment;
  announce_run(environment, preload_, options);
  if (has_ledger_) announce_ledger(environment, ledger.path(), 0);
  environment.set(ledger::environment::kSummary, "none");
  environment.set(ledger::environment::kMeasureUnshared, "1");
  return measure_run(target_, std::move(environment), ledger.path(), {input_.rewound(), shows});
}

Outcome<Done> Comparer::add_run(bool is_exuvia, const MeasuredRun& reference,
                                Comparison& comparison) {
  Outcome<MeasuredRun> measured = run(is_exuvia, false);
  if (!measured) return measured.refusal();
  if (!was_interrupted()) comparison.add(std::move(*measured), is_exuvia, reference);
  return Done{};
}

Outcome<Comparison> Comparer::compare(unsigned pairs) {
  Outcome<MeasuredRun> reference = run(false, !options_.is_quiet);
  if (!reference) return reference.refusal();
  Comparison comparison;
  comparison.has_ledger = has_ledger_;
  Progress progress(2 * pairs);
  for (unsigned turn = 0; turn < 2 * pairs && !was_interrupted(); ++turn) {
    const bool is_exuvia =
        turn % 4 == 1 || turn % 4 == 2;  // so that neither side is always the first of a pair
    progress.start(is_exuvia);
    const Outcome<Done> added = add_run(is_exuvia, *reference, comparison);
    if (!added) return added.refusal();
  }
  return comparison;
}

Outcome<Done> write_text_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  bool is_written =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr) is_written = std::fclose(file) == 0 && is_written;
  if (!is_written) return Refusal{kFailed, fmt::format("{}: cannot write the figures", path)};
  return Done{};
}

// The status of a comparison that was carried out, without a message: all is said.
Outcome<Done> verdict(const Behaviour& behaviour) {
  if (was_interrupted()) return Refusal{static_cast<ExitStatus>(interrupted_status()), ""};
  const bool is_same = behaviour.is_same_status && behaviour.is_same_output;
  if (is_same || !behaviour.is_steady_on_stock()) return Done{};
  return Refusal{kDiffers, ""};
}

Outcome<Done> report(const Comparison& comparison, const std::string& json_path,
                     bool has_ignored_input) {
  if (comparison.stock.empty() || comparison.exuvia.empty()) {
    return Refusal{static_cast<ExitStatus>(interrupted_status()),
                   "interrupted before both sides had run once"};
  }
  const Outcome<Done> printed = print_output(comparison_text(comparison));
  if (was_interrupted()) complain("interrupted: the figures are of the runs that had ended");
  if (has_ignored_input)
    complain("the program was given no input, since only a file can be read again; use < FILE");
  if (!json_path.empty()) {
    const Outcome<Done> written = write_text_file(json_path, comparison_json(comparison));
    if (!written) return written.refusal();
  }
  if (!printed) return printed.refusal();
  return verdict(comparison.behaviour);
}

}  // namespace

Outcome<Done> compare_command(const Words& words) {
  occupy_closed_streams();
  CompareOptions options;
  CLI::App app(kDescription, "compare");
  declare(app, options);
  Outcome<std::optional<Words>> parsed = parse_options(app, words);
  if (!parsed) return parsed.refusal();
  if (!*parsed) return Done{};
  const Words& program = **parsed;
  if (program.empty())
    return Refusal{kUsage, fmt::format("compare: no program; usage: exuvia {}", kUsageLine)};

  Outcome<Target> target = resolve_target(program, options.run.python);
  if (!target) return target.refusal();
  Outcome<std::string> preload = preload_library();
  if (!preload) return preload.refusal();
  Outcome<std::string> json_path =
      options.run.json_path.empty()
          ? Outcome<std::string>(std::string())
          : prepare_json_path(options.run.json_path, options.run.may_overwrite);
  if (!json_path) return json_path.refusal();

  ledger::remove_stale_ledgers();
  const InterruptGuard guard;
  Comparer comparer(std::move(*target), *preload, options.run);
  Outcome<Comparison> comparison = comparer.compare(options.runs);
  if (!comparison) return comparison.refusal();
  comparison->program = program;
  return report(*comparison, *json_path, comparer.has_ignored_input());
}

}  // namespace exuvia::cli
