// The options that `exuvia run` and `exuvia compare` share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "outcome.hpp"

namespace exuvia::cli {

struct RunOptions {
  std::string python;  // empty: python3 on PATH
  std::string collector = "exuvia";
  std::string allocator = "exuvia";
  std::optional<unsigned> gc_threads;
  std::optional<std::uint64_t> heap_limit;  // bytes
  bool is_quiet = false;
  std::string json_path;
  bool may_overwrite = false;
  std::vector<std::string> program;  // the program and all that follows it
};

// Declares the shared options on the command `app`, to be parsed into `options`.
void declare_run_options(CLI::App& app, RunOptions& options);

// Accepts the texts of the numbers from 1 to `highest`.
CLI::Validator number_up_to(unsigned highest);

// "8589934592", "8G" and "8GiB" are the same number of bytes. Empty for anything else.
std::optional<std::uint64_t> parse_size(const std::string& text);

}  // namespace exuvia::cli
