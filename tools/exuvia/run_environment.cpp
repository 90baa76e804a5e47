#include "run_environment.hpp"

#include <string_view>

#include <fmt/format.h>

#include "ledger/environment.hpp"

namespace exuvia::cli {
namespace {

namespace environment_names = ledger::environment;

constexpr const char* kPreload = "LD_PRELOAD";

// LD_PRELOAD's entries are separated by blanks or colons.
bool contains_entry(std::string_view list, std::string_view entry) {
  while (!list.empty()) {
    const std::size_t end = list.find_first_of(": ");
    if (list.substr(0, end) == entry) return true;
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return false;
}

void add_preload(EnvironmentBlock& environment, const std::string& library) {
  const std::string own(environment.get(kPreload));
  if (contains_entry(own, library)) return;
  environment.set(kPreload, own.empty() ? library : fmt::format("{}:{}", own, library));
}

void forget_enclosing_run(EnvironmentBlock& environment) {
  for (const char* name :
       {environment_names::kLedger, environment_names::kRootPid, environment_names::kSummary,
        environment_names::kJson, environment_names::kMeasureUnshared,
        environment_names::kHeapLimit, environment_names::kGcThreads}) {
    environment.unset(name);
  }
}

}  // namespace

void announce_run(EnvironmentBlock& environment, const std::string& preload,
                  const RunOptions& options) {
  forget_enclosing_run(environment);
  add_preload(environment, preload);
  environment.set(environment_names::kCollector, options.collector);
  environment.set(environment_names::kAllocator, options.allocator);
  if (options.gc_threads)
    environment.set(environment_names::kGcThreads, std::to_string(*options.gc_threads));
  if (options.heap_limit)
    environment.set(environment_names::kHeapLimit, std::to_string(*options.heap_limit));
}

void announce_ledger(EnvironmentBlock& environment, const std::string& ledger, pid_t root) {
  environment.set(environment_names::kLedger, ledger);
  if (root != 0) environment.set(environment_names::kRootPid, std::to_string(root));
}

}  // namespace exuvia::cli
