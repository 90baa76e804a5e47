#include "info_command.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "installation.hpp"
#include "probe.hpp"

namespace exuvia::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kUsageLine = "info [--python PYTHON] [--json]";

constexpr const char* kDescription =
    "Shows this build of Exuvia, and what it does in the interpreter at hand, which it runs to "
    "find out.";

struct InfoOptions {
  std::string python;
  bool is_json = false;
};

void declare(CLI::App& app, InfoOptions& options) {
  describe_command(app, kUsageLine);
  app.add_option("--python", options.python,
                 "The interpreter, a path or a name on PATH (default: python3)")
      ->type_name("PYTHON");
  app.add_flag("--json", options.is_json, "Print it as JSON");
}

std::string hosts_text() {
  const auto versions = host_versions();
  return versions.empty() ? "none: built without a supported Python"
                          : fmt::format("CPython {}", fmt::join(versions, ", "));
}

std::string owner_text(const Probe& probe, bool is_active) {
  if (is_active) return "Exuvia's";
  return probe.recorded.is_present ? "CPython's own" : fmt::format("its own: {}", probe.obstacle);
}

std::string info_text(const Probe& probe) {
  std::string text = fmt::format("exuvia {}, {} build\n", EXUVIA_VERSION, EXUVIA_BUILD_TYPE);
  const auto add = [&text](const char* label, const std::string& value) {
    text += fmt::format("  {:<12} {}\n", label, value);
  };
  add("hosts for", hosts_text());
  add("interpreter", probe.path);
  if (!probe.executable.empty() && probe.executable != probe.path)
    add("which runs", probe.executable);
  if (!probe.version.empty())
    add("version", fmt::format("{} {}", probe.implementation, probe.version));
  add("allocator", owner_text(probe, probe.recorded.allocator_active));
  add("collector", owner_text(probe, probe.recorded.collector_active));
  if (!probe.recorded.note.empty()) add("note", probe.recorded.note);
  return text;
}

std::string info_json(const Probe& probe) {
  const Json json = {{"format", "exuvia-info"},
                     {"version", 1},
                     {"exuvia", EXUVIA_VERSION},
                     {"build", EXUVIA_BUILD_TYPE},
                     {"hosts", host_versions()},
                     {"interpreter",
                      {{"path", probe.path},
                       {"executable", probe.executable},
                       {"implementation", probe.implementation},
                       {"version", probe.version}}},
                     {"allocator", probe.recorded.allocator_active ? "exuvia" : "stock"},
                     {"collector", probe.recorded.collector_active ? "exuvia" : "stock"},
                     {"note", probe.recorded.is_present ? probe.recorded.note : probe.obstacle}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Outcome<Done> info_command(const Words& words) {
  occupy_closed_streams();
  InfoOptions options;
  CLI::App app(kDescription, "info");
  declare(app, options);
  Outcome<std::optional<Words>> parsed = parse_options(app, words);
  if (!parsed) return parsed.refusal();
  if (!*parsed) return Done{};
  const Words& extra = **parsed;
  if (!extra.empty()) {
    return Refusal{kUsage, fmt::format("info: '{}' is one word too many; usage: exuvia {}",
                                       extra.front(), kUsageLine)};
  }
  Outcome<Probe> probe = probe_python(options.python);
  if (!probe) return probe.refusal();
  return print_output(options.is_json ? info_json(*probe) : info_text(*probe));
}

}  // namespace exuvia::cli
