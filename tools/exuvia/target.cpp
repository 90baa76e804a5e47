#include "target.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "files.hpp"
#include "shebang.hpp"

namespace exuvia::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kElfMagic =
    "\x7f"
    "ELF";

bool has_slash(const std::string& name) { return name.find('/') != std::string::npos; }

bool is_called_python(std::string_view path) {
  constexpr std::array<std::string_view, 4> kEndings = {".py", ".pyw", ".pyz", ".pyc"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_python_form(std::string_view word) {
  return word == "-" || word.starts_with("-m") || word.starts_with("-c");
}

void append(Words& words, Words::const_iterator first, Words::const_iterator last) {
  words.insert(words.end(), first, last);
}

// `python WORDS..`
Outcome<Target> with_python(const std::string& choice, const Words& words) {
  Outcome<Target> target = find_python(choice);
  if (target) append(target->arguments, words.begin(), words.end());
  return target;
}

Outcome<Target> python_form(const Words& words, const std::string& python) {
  const bool needs_value = words.front() == "-m" || words.front() == "-c";
  if (needs_value && words.size() == 1) {
    const char* what = words.front() == "-m" ? "the name of a module" : "a line of code";
    return Refusal{kUsage, fmt::format("{} needs {} after it", words.front(), what)};
  }
  return with_python(python, words);
}

// A program that is executed as it is. The kernel reads its first line, if it has one.
Outcome<Target> as_program(std::string path, const Words& words, const std::string& python) {
  const std::string beginning = beginning_of(path);
  if (python.empty()) return Target{std::move(path), words};
  const std::optional<Words> options = python_shebang(beginning);
  if (!options) {
    return Refusal{
        kUsage,
        fmt::format("--python: {} is not a Python script, so it has no interpreter to choose; "
                    "leave --python out",
                    words.front())};
  }
  Outcome<Target> target = find_python(python);
  if (!target) return target;
  append(target->arguments, options->begin(), options->end());
  target->arguments.push_back(std::move(path));
  append(target->arguments, words.begin() + 1, words.end());
  return target;
}

// A file that the words name by its path.
Outcome<Target> existing_file(const Words& words, const std::string& python) {
  const std::string& path = words.front();
  if (is_called_python(path)) return with_python(python, words);
  const std::string beginning = beginning_of(path);
  const bool is_binary = beginning.starts_with(kElfMagic);
  const bool has_first_line = beginning.starts_with("#!");
  if (!is_binary && !has_first_line) return with_python(python, words);
  if (is_executable(path)) return as_program(path, words, python);
  if (has_first_line && python_shebang(beginning)) return with_python(python, words);
  return Refusal{kCannotRun, fmt::format("{}: not executable; chmod +x makes it so", path)};
}

Outcome<Target> existing_directory(const Words& words, const std::string& python) {
  if (is_regular_file(words.front() + "/__main__.py")) return with_python(python, words);
  return Refusal{
      kCannotRun,
      fmt::format("{}: a directory without a __main__.py; name the script in it", words.front())};
}

Refusal not_found(const std::string& name) {
  if (has_slash(name) || is_called_python(name)) {
    return {kNotFound,
            fmt::format("{}: no such file; check its name and the current directory", name)};
  }
  return {kNotFound, fmt::format("{}: no such script here and no such program on PATH", name)};
}

}  // namespace

Outcome<Target> find_python(const std::string& choice) {
  if (choice.empty()) {
    for (const char* name : {"python3", "python"}) {
      if (auto path = find_on_path(name)) return Target{*path, {name}};
    }
    return Refusal{kNotFound, "no python3 on PATH; name an interpreter with --python"};
  }
  if (!has_slash(choice)) {
    if (auto path = find_on_path(choice)) return Target{*path, {choice}};
    return Refusal{kNotFound, fmt::format("--python {}: no such program on PATH", choice)};
  }
  if (is_directory(choice)) {
    return Refusal{kCannotRun,
                   fmt::format("--python {}: a directory; name the interpreter in it", choice)};
  }
  if (is_executable(choice)) return Target{choice, {choice}};
  if (!is_regular_file(choice))
    return Refusal{kNotFound, fmt::format("--python {}: no such file", choice)};
  return Refusal{kCannotRun, fmt::format("--python {}: not executable", choice)};
}

Outcome<Target> resolve_target(const Words& words, const std::string& python) {
  const std::string& name = words.front();
  if (is_python_form(name)) return python_form(words, python);
  if (name.empty()) return Refusal{kNotFound, "the name of the program is empty"};
  if (is_regular_file(name)) return existing_file(words, python);
  const bool is_script_folder =
      is_directory(name) && (has_slash(name) || is_regular_file(name + "/__main__.py"));
  if (is_script_folder) return existing_directory(words, python);
  if (!has_slash(name)) {
    if (auto path = find_on_path(name)) return as_program(*path, words, python);
  }
  if (is_directory(name)) return existing_directory(words, python);
  return not_found(name);
}

}  // namespace exuvia::cli
