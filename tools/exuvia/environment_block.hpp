// The environment of a program about to be executed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exuvia::cli {

class EnvironmentBlock {
 public:
  // A copy of this process's environment.
  EnvironmentBlock();

  void set(std::string_view name, std::string_view value);
  void unset(std::string_view name);

  // The value of `name`; empty when it is not set.
  std::string_view get(std::string_view name) const;

  // For execve(2). Valid until the next change.
  std::vector<char*> pointers();

 private:
  std::vector<std::string> entries_;  // NAME=VALUE
};

// For execve(2): the addresses of `words`, ended by null.
std::vector<char*> pointers_to(std::vector<std::string>& words);

}  // namespace exuvia::cli
