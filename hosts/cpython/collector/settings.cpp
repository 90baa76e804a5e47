#include "cpython/collector/settings.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "cpython/collector/decision.hpp"
#include "ledger/environment.hpp"

namespace exuvia::cpython::collector {
namespace {

constexpr std::size_t kMostDefaultThreads = 4;

std::size_t threads_by_default() noexcept {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof cpus, &cpus) != 0) return 1;
  return std::clamp<std::size_t>(static_cast<std::size_t>(CPU_COUNT(&cpus)), 1,
                                 kMostDefaultThreads);
}

std::string_view variable(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t number_from(const char* name, std::size_t otherwise) noexcept {
  const std::string_view text = variable(name);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

}  // namespace

Settings settings_from_environment() noexcept {
  namespace environment = ledger::environment;
  Settings settings;
  settings.performs = variable(environment::kCollector) != "stock";
  settings.threads =
      static_cast<unsigned>(number_from(environment::kGcThreads, threads_by_default()));
  settings.floor = number_from(environment::kGcFloor, kDefaultFloor);
  settings.search_from = number_from(environment::kGcSearchFrom, kDefaultSearchFrom);
  return settings;
}

}  // namespace exuvia::cpython::collector
