#include "command_line.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

namespace exuvia::cli {
namespace {

constexpr std::size_t kOptionColumn = 24;

class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::string usage) : usage_(std::move(usage)) {
    column_width(kOptionColumn);
    label("REQUIRED", "");
    label("OPTIONS", "OPTIONS");
  }

  std::string make_usage(const CLI::App*, std::string) const override {
    return fmt::format("usage: exuvia {}\n", usage_);
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return CLI::Formatter::make_group(group == "Options" ? "Options" : group, is_positional,
                                      std::move(options));
  }

 private:
  std::string usage_;
};

bool starts_program(const std::string& word) {
  return !word.starts_with("-") || word == "-" ||
         (word.starts_with("-m") && !word.starts_with("--")) ||
         (word.starts_with("-c") && !word.starts_with("--"));
}

// "--json" of "--json=out.json"; "-n" of "-n5".
std::string option_name(const std::string& word) {
  if (word.starts_with("--")) return word.substr(0, word.find('='));
  return word.substr(0, 2);
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

std::string where(const CLI::App& command) { return fmt::format("exuvia {}", command.get_name()); }

Refusal unknown_option(const CLI::App& command, const std::string& word) {
  const std::string advice =
      command.get_allow_extras()
          ? fmt::format("options of Python go to a python of your own ('{} -- python3 {} ..'), ",
                        where(command), word)
          : "";
  return {kUsage, fmt::format("{}: no option {}; {}'{} --help' lists ours", command.get_name(),
                              word, advice, where(command))};
}

// CLI11's message without its line breaks.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

struct DividedWords {
  Words own;
  Words program;
};

Outcome<DividedWords> divide(const CLI::App& command, const Words& words) {
  DividedWords divided;
  auto at = words.begin();
  for (; at != words.end() && *at != "--" && !starts_program(*at); ++at) {
    const std::string name = option_name(*at);
    const CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr) return unknown_option(command, *at);
    divided.own.push_back(*at);
    const bool has_value = at->size() > name.size();
    if (!takes_value(*option) || has_value) continue;
    if (++at == words.end()) {
      return Refusal{kUsage, fmt::format("{}: {} needs a value", command.get_name(), name)};
    }
    divided.own.push_back(*at);
  }
  if (at != words.end() && *at == "--") ++at;
  divided.program.assign(at, words.end());
  return divided;
}

}  // namespace

Outcome<std::optional<Words>> parse_options(CLI::App& command, const Words& words) {
  Outcome<DividedWords> divided = divide(command, words);
  if (!divided) return divided.refusal();
  std::reverse(divided->own.begin(), divided->own.end());  // CLI11 takes them from the end
  try {
    command.parse(std::move(divided->own));
  } catch (const CLI::CallForHelp&) {
    const Outcome<Done> printed = print_output(command.help());
    if (!printed) return printed.refusal();
    return std::optional<Words>();
  } catch (const CLI::ParseError& error) {
    return Refusal{kUsage, fmt::format("{}: {}; see '{} --help'", command.get_name(),
                                       one_line(error.what()), where(command))};
  }
  return std::optional(std::move(divided->program));
}

void describe_command(CLI::App& command, const std::string& usage) {
  command.formatter(std::make_shared<HelpFormatter>(usage));
  command.set_help_flag("-h,--help", "Print this help");
}

Outcome<Done> print_output(const std::string& text) {
  const bool is_printed = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_printed && std::fflush(stdout) == 0) return Done{};
  return Refusal{kFailed, fmt::format("cannot print: standard output: {}", std::strerror(errno))};
}

void complain(const std::string& message) {
  const std::string line = fmt::format("exuvia: {}\n", message);
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace exuvia::cli
