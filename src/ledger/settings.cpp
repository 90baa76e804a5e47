#include "ledger/settings.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "ledger/environment.hpp"

namespace exuvia::ledger {
namespace {

// A path that does not fit is no path: half of one would name another file.
void copy_path(const char* variable, char (&into)[PATH_MAX]) noexcept {
  const char* value = std::getenv(variable);
  const std::size_t size = value == nullptr ? 0 : std::strlen(value);
  const std::size_t kept = size < sizeof into ? size : 0;
  if (kept != 0) std::memcpy(into, value, kept);
  into[kept] = '\0';
}

bool is_value(const char* variable, const char* expected) noexcept {
  const char* value = std::getenv(variable);
  return value != nullptr && std::strcmp(value, expected) == 0;
}

}  // namespace

void read_environment(RunSettings& settings) noexcept {
  copy_path(environment::kLedger, settings.ledger_path);
  copy_path(environment::kJson, settings.json_path);
  const char* root = std::getenv(environment::kRootPid);
  settings.root_pid = root == nullptr ? 0 : static_cast<pid_t>(std::strtol(root, nullptr, 10));
  settings.prints_summary = !is_value(environment::kSummary, "none");
  settings.measures_unshared = is_value(environment::kMeasureUnshared, "1");
}

}  // namespace exuvia::ledger
