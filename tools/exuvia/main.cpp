// exuvia: Python's memory management, from the command line.
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "command_line.hpp"
#include "compare_command.hpp"
#include "info_command.hpp"
#include "outcome.hpp"
#include "run_command.hpp"

namespace exuvia::cli {
namespace {

struct Command {
  std::string_view name;
  Outcome<Done> (*execute)(const Words& words);
};

constexpr std::array<Command, 3> kCommands = {{
    {"run", run_command},
    {"compare", compare_command},
    {"info", info_command},
}};

constexpr const char* kHelp = R"(usage: exuvia COMMAND [options] ..

Runs unmodified Python programs on Exuvia's memory management: shorter pauses, no pages unshared after fork, and
memory that goes back to the system.

Commands:
  run      run a program on Exuvia
  compare  run a program on stock Python and on Exuvia in turn, and show both side by side
  info     show what works with the Python at hand

'exuvia COMMAND --help' describes a command, 'man exuvia' everything. 'exuvia --version' prints the version.
)";

// "exuvia help run" is "exuvia run --help".
Words without_help(Words words) {
  if (words.empty() || words.front() != "help") return words;
  return words.size() == 1 ? Words{"--help"} : Words{words[1], "--help"};
}

Outcome<Done> execute(const Words& words) {
  if (words.empty())
    return Refusal{kUsage, "no command; try 'exuvia run SCRIPT' or 'exuvia --help'"};
  const std::string& name = words.front();
  if (name == "-h" || name == "--help") return print_output(kHelp);
  if (name == "-V" || name == "--version") return print_output("exuvia " EXUVIA_VERSION "\n");
  const auto command = std::find_if(kCommands.begin(), kCommands.end(),
                                    [&](const Command& each) { return each.name == name; });
  if (command != kCommands.end()) return command->execute({words.begin() + 1, words.end()});
  if (name.starts_with("-")) {
    return Refusal{kUsage, fmt::format("no option {} here; options follow the command, as in "
                                       "'exuvia run {} ..'; try 'exuvia --help'",
                                       name, name)};
  }
  return Refusal{
      kUsage, fmt::format("no command '{}'; try 'exuvia run {}' or 'exuvia --help'", name, name)};
}

}  // namespace
}  // namespace exuvia::cli

int main(int count, char** words) {
  using namespace exuvia::cli;
  const Outcome<Done> outcome = execute(without_help({words + std::min(count, 1), words + count}));
  if (outcome) return kSuccess;
  const Refusal& refusal = outcome.refusal();
  if (!refusal.message.empty()) complain(refusal.message);
  return refusal.status;
}
