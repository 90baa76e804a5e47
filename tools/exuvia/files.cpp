#include "files.hpp"

#include <array>
#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exuvia::cli {
namespace {

// What execvp(3) uses when PATH is not set.
constexpr const char* kDefaultPath = "/bin:/usr/bin";

bool has_kind(const std::string& path, mode_t kind) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

}  // namespace

bool is_regular_file(const std::string& path) { return has_kind(path, S_IFREG); }

bool is_directory(const std::string& path) { return has_kind(path, S_IFDIR); }

bool is_executable(const std::string& path) {
  return is_regular_file(path) && access(path.c_str(), X_OK) == 0;
}

void occupy_closed_streams() {
  int opened = 0;
  do opened = open("/dev/null", O_RDONLY);
  while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened >= 0) close(opened);
}

std::string beginning_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4096> bytes;
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

std::optional<std::string> find_on_path(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view left = path == nullptr ? kDefaultPath : path;
  for (bool is_last = false; !is_last;) {
    const std::size_t end = left.find(':');
    const std::string_view directory = left.substr(0, end);
    std::string candidate(directory.empty() ? "." : directory);
    candidate.append("/").append(name);
    if (is_executable(candidate)) return candidate;
    is_last = end == std::string_view::npos;
    if (!is_last) left.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace exuvia::cli
