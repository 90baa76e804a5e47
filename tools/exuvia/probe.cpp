#include "probe.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "environment_block.hpp"
#include "installation.hpp"
#include "options.hpp"
#include "run_environment.hpp"
#include "target.hpp"
#include "temporary_ledger.hpp"

namespace exuvia::cli {
namespace {

// Lines: the implementation, the version, and the interpreter's own path, which is not that of a
// script that starts it, such as a version manager's. The last word is so that a program that is no
// Python, and repeats its arguments, is not taken for one. The imports let the host complete what
// it does at the first of them.
constexpr const char* kQuestion =
    "import platform, gc, sys\n"
    "print(platform.python_implementation(), platform.python_version(), sys.executable,"
    " 'ex' + 'uvia', sep='\\n')";
constexpr std::string_view kAnswerEnd = "\nexuvia\n";

// What the preload library says where it does nothing.
constexpr std::string_view kNotActive = "exuvia: not active: ";

std::string line_at(std::string_view text, std::size_t at) {
  return std::string(text.substr(at, text.find('\n', at) - at));
}

std::string obstacle_in(std::string_view errors) {
  const std::size_t at = errors.find(kNotActive);
  return at == std::string_view::npos ? "" : line_at(errors, at + kNotActive.size());
}

void take_answer(const std::string& output, Probe& probe) {
  if (!output.ends_with(kAnswerEnd)) return;
  probe.implementation = line_at(output, 0);
  probe.version = line_at(output, probe.implementation.size() + 1);
  probe.executable = line_at(output, probe.implementation.size() + 1 + probe.version.size() + 1);
}

// Why nothing was recorded, as far as can be told.
std::string explain(const Probe& probe, const MeasuredRun& run) {
  if (probe.version.empty()) return "it does not answer as a Python";
  std::string told = obstacle_in(run.errors.beginning());
  if (!told.empty()) return told;
  if (probe.implementation != "CPython") return "only CPython is supported";
  return "the program does not load Exuvia's library (is it set-user-ID or statically linked?)";
}

}  // namespace

Outcome<Probe> probe_python(const std::string& python) {
  Outcome<Target> target = find_python(python);
  if (!target) return target.refusal();
  Outcome<std::string> preload = preload_library();
  if (!preload) return preload.refusal();
  target->arguments.insert(target->arguments.end(), {"-c", kQuestion});
  const TemporaryLedger ledger;
  EnvironmentBlock environment;
  announce_run(environment, *preload, RunOptions());
  if (!ledger.path().empty()) announce_ledger(environment, ledger.path(), 0);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  Probe probe;
  probe.path = target->path;
  Outcome<MeasuredRun> run = measure_run(std::move(*target), std::move(environment), ledger.path(),
                                         {.input = nothing, .is_root = true});
  close(nothing);
  if (!run) return run.refusal();
  take_answer(run->output.beginning(), probe);
  probe.recorded = std::move(run->recorded);
  if (!probe.recorded.is_present) probe.obstacle = explain(probe, *run);
  return probe;
}

}  // namespace exuvia::cli
