#include "json_file.hpp"

#include <cerrno>
#include <climits>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "files.hpp"

namespace exuvia::cli {
namespace {

Refusal cannot_write(const std::string& path, int error) {
  return {kUsage, fmt::format("--json {}: cannot be written: {}", path, std::strerror(error))};
}

}  // namespace

Outcome<std::string> prepare_json_path(const std::string& path, bool may_overwrite) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const int error = errno;
  if (file >= 0) {
    close(file);
    unlink(path.c_str());
  } else if (error != EEXIST) {
    return cannot_write(path, error);
  } else if (is_directory(path)) {
    return Refusal{kUsage, fmt::format("--json {}: is a directory", path)};
  } else if (is_regular_file(path) && !may_overwrite) {
    return Refusal{kUsage, fmt::format("--json {}: the file exists; -f replaces it", path)};
  } else if (access(path.c_str(), W_OK) != 0) {
    return cannot_write(path, errno);
  }
  std::error_code failure;
  const std::string absolute = std::filesystem::absolute(path, failure).string();
  if (failure || absolute.size() >= PATH_MAX) {
    return Refusal{kUsage, fmt::format("--json {}: the path is too long", path)};
  }
  return absolute;
}

}  // namespace exuvia::cli
