#include "shebang.hpp"

namespace exuvia::cli {
namespace {

using Words = std::vector<std::string>;

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view without_first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

Words split(std::string_view line) {
  Words words;
  constexpr std::string_view kBlanks = " \t\r";
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = line.find_first_of(kBlanks, at);
    words.emplace_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_python(std::string_view program) { return base_name(program).starts_with("python"); }

// "env", its options and the variables it sets, in front of the program.
void remove_env(Words& words) {
  if (words.empty() || base_name(words.front()) != "env") return;
  auto at = words.begin() + 1;
  while (at != words.end() && (at->starts_with("-") || at->find('=') != std::string::npos)) ++at;
  words.erase(words.begin(), at);
}

// Installers write this where the path of the interpreter is too long, or has a blank, for a first
// line:
//   #!/bin/sh
//   '''exec' "/a path/python3" "$0" "$@"
bool is_shell_preamble(std::string_view beginning) {
  const std::string_view second = first_line(without_first_line(beginning));
  return second.starts_with("'''exec' ") && second.find("python") != std::string_view::npos;
}

}  // namespace

std::optional<std::vector<std::string>> python_shebang(std::string_view beginning) {
  if (!beginning.starts_with("#!")) return std::nullopt;
  if (is_shell_preamble(beginning)) return Words{};
  Words words = split(first_line(beginning).substr(2));
  remove_env(words);
  if (words.empty() || !is_python(words.front())) return std::nullopt;
  words.erase(words.begin());
  return words;
}

}  // namespace exuvia::cli
