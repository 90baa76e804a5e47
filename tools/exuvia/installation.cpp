#include "installation.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "files.hpp"

namespace exuvia::cli {
namespace {

constexpr std::string_view kHostPrefix = "libexuvia-cpython-";
constexpr std::string_view kHostSuffix = ".so";

// "3.11" of "libexuvia-cpython-311.so".
std::optional<std::string> host_version(std::string_view file) {
  if (!file.starts_with(kHostPrefix) || !file.ends_with(kHostSuffix)) return std::nullopt;
  file.remove_prefix(kHostPrefix.size());
  file.remove_suffix(kHostSuffix.size());
  const bool is_number =
      file.size() >= 2 && file.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number) return std::nullopt;
  return fmt::format("{}.{}", file.substr(0, 1), file.substr(1));
}

}  // namespace

Outcome<std::string> library_directory() {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return Refusal{kFailed, fmt::format("/proc/self/exe: {}; is /proc mounted?", error.message())};
  return (executable.parent_path().parent_path() / "lib" / "exuvia").string();
}

Outcome<std::string> preload_library() {
  Outcome<std::string> path = library_directory();
  if (!path) return path;
  path->append("/libexuvia-preload.so");
  if (!is_regular_file(*path)) {
    return Refusal{kFailed, fmt::format("{}: missing; install exuvia again", *path)};
  }
  if (path->find_first_of(" :") != std::string::npos) {
    return Refusal{
        kFailed,
        fmt::format("{}: LD_PRELOAD cannot hold a path with a blank or a colon; install exuvia "
                    "elsewhere",
                    *path)};
  }
  return path;
}

std::vector<std::string> host_versions() {
  std::vector<std::string> versions;
  Outcome<std::string> directory = library_directory();
  if (!directory) return versions;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(*directory, error)) {
    if (auto version = host_version(entry.path().filename().string())) versions.push_back(*version);
  }
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return std::make_tuple(a.size(), a) < std::make_tuple(b.size(), b);
  });
  return versions;
}

}  // namespace exuvia::cli
