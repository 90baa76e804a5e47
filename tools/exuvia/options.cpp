#include "options.hpp"

#include <charconv>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace exuvia::cli {
namespace {

constexpr unsigned kMaxGcThreads = 64;
constexpr std::uint64_t kLeastHeapLimit = std::uint64_t{4} << 20;

std::string check_owner(std::string& text) {
  if (text == "stock" || text == "exuvia") return "";
  return fmt::format("'{}' is neither stock nor exuvia", text);
}

// The factor that "k", "M", "GiB" and so on stand for; 0 when it is none of them.
std::uint64_t size_factor(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1;
  constexpr std::string_view kLetters = "kKmMgGtT";
  const std::size_t letter = kLetters.find(unit.front());
  const std::string_view rest = unit.substr(1);
  if (letter == std::string_view::npos || !(rest.empty() || rest == "B" || rest == "iB")) return 0;
  return std::uint64_t{1} << (10 * (letter / 2 + 1));
}

std::string heap_limit_fault(const std::optional<std::uint64_t>& limit) {
  if (!limit) return "is not a size such as 512M or 2G";
  return *limit < kLeastHeapLimit ? "is less than the 4M with which Python starts" : "";
}

// What the shell makes of a variable that is not set.
std::string check_not_empty(std::string& text) { return text.empty() ? "the value is empty" : ""; }

void declare_heap_limit(CLI::App& app, RunOptions& options) {
  app.add_option_function<std::string>(
         "--heap-limit",
         [&options](const std::string& text) {
           options.heap_limit = parse_size(text);
           if (const std::string fault = heap_limit_fault(options.heap_limit); !fault.empty())
             throw CLI::ValidationError("--heap-limit", fmt::format("'{}' {}", text, fault));
         },
         "Let Exuvia's heap grow to SIZE (such as 512M or 2G); allocations beyond it raise "
         "MemoryError")
      ->type_name("SIZE");
}

}  // namespace

CLI::Validator number_up_to(unsigned highest) {
  const auto check = [highest](std::string& text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (is_number && number >= 1 && number <= highest) return std::string();
    return fmt::format("'{}' is not a number from 1 to {}", text, highest);
  };
  return CLI::Validator(check, "", "");
}

std::optional<std::uint64_t> parse_size(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0) return std::nullopt;
  const std::uint64_t factor =
      size_factor({end, static_cast<std::size_t>(text.data() + text.size() - end)});
  if (factor == 0 || number > std::numeric_limits<std::uint64_t>::max() / factor)
    return std::nullopt;
  return number * factor;
}

void declare_run_options(CLI::App& app, RunOptions& options) {
  app.add_option("--python", options.python,
                 "The interpreter, a path or a name on PATH (default: python3)")
      ->type_name("PYTHON")
      ->check(CLI::Validator(check_not_empty, "", ""));
  app.add_option("--collector", options.collector,
                 "Who performs full collections: exuvia (default) or stock")
      ->type_name("WHO")
      ->check(CLI::Validator(check_owner, "", ""));
  app.add_option("--allocator", options.allocator,
                 "Whose allocator serves Python: exuvia (default) or stock")
      ->type_name("WHO")
      ->check(CLI::Validator(check_owner, "", ""));
  app.add_option("--gc-threads", options.gc_threads,
                 "Threads that mark, 1 to 64 (default: one a CPU, at most 4)")
      ->type_name("N")
      ->check(number_up_to(kMaxGcThreads));
  declare_heap_limit(app, options);
  app.add_option("--json", options.json_path, "Write the figures to FILE as JSON")
      ->type_name("FILE")
      ->check(CLI::Validator(check_not_empty, "", ""));
  app.add_flag("-f,--force", options.may_overwrite, "Let --json replace an existing file");
}

}  // namespace exuvia::cli
