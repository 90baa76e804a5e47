// From the words of the shell to options.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "outcome.hpp"

namespace exuvia::cli {

using Words = std::vector<std::string>;

// Divides the words after a command into the command's own options and the program with its
// arguments, which start at the first word that is not an option of ours: a name, -m, -c, - or what
// follows "--".
struct DividedWords {
  Words own;
  Words program;
};
Outcome<DividedWords> divide(const CLI::App& command, const Words& words);

// Parses the options of `command`. Done with `false` when help was asked for and printed.
Outcome<bool> parse_options(CLI::App& command, Words words);

// A command's parser with exuvia's way of printing help. `usage` follows "usage: exuvia ".
void describe_command(CLI::App& command, const std::string& usage);

// "exuvia: MESSAGE" on standard error, in one write.
void complain(const std::string& message);

}  // namespace exuvia::cli
