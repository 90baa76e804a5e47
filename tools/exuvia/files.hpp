// Questions about files that programs are made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace exuvia::cli {

bool is_regular_file(const std::string& path);
bool is_directory(const std::string& path);
bool is_executable(const std::string& path);

// Opens the null device, for reading, in place of each standard stream that is closed: else the
// next file or pipe would be taken for it. Writing to it fails as before.
void occupy_closed_streams();

// The first bytes of a file, at most 4 KiB; empty when it cannot be read.
std::string beginning_of(const std::string& path);

// Finds `name` on PATH as execvp(3) does: the first executable regular file of that name.
std::optional<std::string> find_on_path(std::string_view name);

}  // namespace exuvia::cli
