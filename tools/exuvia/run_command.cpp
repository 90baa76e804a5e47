#include "run_command.hpp"

#include <cerrno>
#include <climits>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "environment_block.hpp"
#include "installation.hpp"
#include "json_file.hpp"
#include "ledger/environment.hpp"
#include "ledger/file.hpp"
#include "options.hpp"
#include "probe.hpp"
#include "run_environment.hpp"
#include "target.hpp"
#include "temporary_ledger.hpp"

namespace exuvia::cli {
namespace {

constexpr const char* kUsageLine =
    "run [options] [--] (SCRIPT | -m MODULE | -c CODE | - | PROGRAM) [argument..]";

constexpr const char* kDescription =
    "Executes a Python program on Exuvia: its memory is Exuvia's, and so are its full collections. "
    "All after the\n"
    "program belongs to the program; its children are run in the same way. At its end a summary is "
    "printed to\n"
    "standard error; standard output and the exit status are the program's own.";

void declare(CLI::App& app, RunOptions& options) {
  describe_command(app, kUsageLine);
  app.allow_extras();  // the program's words
  declare_run_options(app, options);
  app.add_flag("-q,--quiet", options.is_quiet, "Print no summary");
}

Outcome<Done> announce_json(EnvironmentBlock& environment, const RunOptions& options) {
  if (options.json_path.empty()) return Done{};
  Outcome<std::string> path = prepare_json_path(options.json_path, options.may_overwrite);
  if (!path) return path.refusal();
  environment.set(ledger::environment::kJson, *path);
  return Done{};
}

// Without a ledger the program runs all the same.
void create_ledger(EnvironmentBlock& environment) {
  char path[PATH_MAX];
  if (ledger::try_create_ledger(getpid(), path)) {
    announce_ledger(environment, path, getpid());
  } else {
    complain(kNoLedger);
  }
}

Refusal cannot_execute(const std::string& path, int error) {
  return {error == ENOENT ? kNotFound : kCannotRun,
          fmt::format("{}: {}", path, std::strerror(error))};
}

// An interpreter by its name is believed; another is asked, which takes as long as it takes to
// start.
Outcome<Done> check_python(const std::string& choice) {
  const std::string name = choice.substr(choice.rfind('/') + 1);
  if (name.empty() || name.starts_with("python") || name.starts_with("pypy")) return Done{};
  Outcome<Probe> probe = probe_python(choice);
  if (!probe) return probe.refusal();
  if (!probe->version.empty()) return Done{};
  return Refusal{kCannotRun, fmt::format("--python {}: it does not answer as a Python", choice)};
}

// Only returns when the program cannot be executed; the ledger then goes, too.
Refusal execute(Target target, EnvironmentBlock& environment) {
  const std::string ledger(environment.get(ledger::environment::kLedger));
  execve(target.path.c_str(), pointers_to(target.arguments).data(), environment.pointers().data());
  const int error = errno;
  if (!ledger.empty()) unlink(ledger.c_str());
  return cannot_execute(target.path, error);
}

}  // namespace

Outcome<Done> run_command(const Words& words) {
  RunOptions options;
  CLI::App app(kDescription, "run");
  declare(app, options);
  Outcome<std::optional<Words>> parsed = parse_options(app, words);
  if (!parsed) return parsed.refusal();
  if (!*parsed) return Done{};
  const Words& program = **parsed;
  if (program.empty())
    return Refusal{kUsage, fmt::format("run: no program; usage: exuvia {}", kUsageLine)};

  Outcome<Target> target = resolve_target(program, options.python);
  if (!target) return target.refusal();
  Outcome<Done> checked = check_python(options.python);
  if (!checked) return checked.refusal();
  Outcome<std::string> preload = preload_library();
  if (!preload) return preload.refusal();
  EnvironmentBlock environment;
  announce_run(environment, *preload, options);
  if (options.is_quiet) environment.set(ledger::environment::kSummary, "none");
  Outcome<Done> announced = announce_json(environment, options);
  if (!announced) return announced.refusal();
  const bool is_read = !options.is_quiet || !options.json_path.empty();
  ledger::remove_stale_ledgers();
  if (is_read) create_ledger(environment);
  return execute(std::move(*target), environment);
}

}  // namespace exuvia::cli
