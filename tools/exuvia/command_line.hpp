// From the words of the shell to options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "outcome.hpp"

namespace exuvia::cli {

using Words = std::vector<std::string>;

// Parses the options of `command` and returns what follows them: the program and its arguments,
// which start at the first word that is not an option of ours: a name, -m, -c, - or what follows
// "--". Nothing when help was asked for and printed.
Outcome<std::optional<Words>> parse_options(CLI::App& command, const Words& words);

// A command's parser with exuvia's way of printing help. `usage` follows "usage: exuvia ".
void describe_command(CLI::App& command, const std::string& usage);

// Prints to standard output, at once, so that a full disk shows.
Outcome<Done> print_output(const std::string& text);

// "exuvia: MESSAGE" on standard error, in one write.
void complain(const std::string& message);

}  // namespace exuvia::cli
