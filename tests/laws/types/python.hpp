// The same operations on our types and in CPython: every line of output must agree.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "exuvia/types/none.hpp"
#include "unit/types/support.hpp"

namespace exuvia::types {

// Writes each operation as a line of Python, and what we make of it as the line Python should
// print: a repr, or an exception with its words.
class DifferentialTest : public TypesTest {
 protected:
  // Runs once in Python: R(f) prints the repr of f() or what it raises.
  DifferentialTest() {
    script_ << "import sys\n"
               "NAMES = {'UnicodeDecodeError': 'UnicodeError'}\n"
               "def R(f):\n"
               "  try: print(repr(f()))\n"
               "  except Exception as e:\n"
               "    name = type(e).__name__\n"
               "    print(f'{NAMES.get(name, name)}: {e}'.replace('\\n', '\\\\n'))\n"
               "print(*sys.version_info[:2])\n";
  }

  // The pieces of a line of Python.
  using Line = std::initializer_list<std::string_view>;

  template <class T>
  void expect(const std::string& expression, const Result<T>& ours) {
    script_ << "R(lambda: " << expression << ")\n";
    operations_.push_back({expression, one_line(shown(ours))});
  }
  // Of an operation that gives nothing, and is None in Python.
  void expect(const std::string& expression, const Result<void>& done) {
    expect(expression, done ? Result<Value>(none()) : Result<Value>(done.failure()));
  }
  template <class T>
  void expect(Line expression, const Result<T>& ours) {
    expect(joined(expression), ours);
  }
  void statement(const std::string& text) { script_ << text << "\n"; }
  void statement(Line text) { statement(joined(text)); }

  void compare() {
    std::istringstream lines(output_of_python());
    std::string line;
    ASSERT_TRUE(std::getline(lines, line));
    const bool has_our_words = line == "3 11";  // whose words ours are
    std::size_t i = 0;
    int differences = 0;
    for (; std::getline(lines, line) && differences < 10; ++i) {
      ASSERT_LT(i, operations_.size()) << line;
      const bool agrees = agree(operations_[i].ours, line, has_our_words);
      EXPECT_TRUE(agrees) << operations_[i].expression << "\n   ours: " << operations_[i].ours
                          << "\n theirs: " << line;
      differences += !agrees;
    }
    EXPECT_TRUE(differences == 10 || i == operations_.size());
    EXPECT_GT(i, 0U);
  }

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  // From `least` to `most`.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  template <class T>
  const T& any_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  struct Operation {
    std::string expression;
    std::string ours;
  };

  static std::string joined(Line pieces) {
    std::string line;
    for (const std::string_view piece : pieces) line += piece;
    return line;
  }
  static std::string one_line(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;)
      text.replace(at, 1, "\\n");
    return text;
  }

  // Of an exception, the kind must agree in any case.
  static bool agree(const std::string& ours, const std::string& theirs, bool to_the_word) {
    const auto kind = [](const std::string& line) { return line.substr(0, line.find("Error: ")); };
    return ours == theirs || (!to_the_word && kind(ours) != ours && kind(ours) == kind(theirs));
  }

  std::string output_of_python() const {
    const auto folder = std::filesystem::temp_directory_path();
    const auto path = folder / ("exuvia-differential-" + std::to_string(::getpid()) + ".py");
    std::ofstream(path) << script_.str();
    const std::string command = std::string("PYTHONIOENCODING=utf-8 PYTHONHASHSEED=0 '") +
                                EXUVIA_PYTHON + "' '" + path.string() + "' 2>&1";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    if (pipe == nullptr) return {};
    std::string output;
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      output.append(buffer, n);
    EXPECT_EQ(::pclose(pipe), 0) << output.substr(0, 1000);
    std::filesystem::remove(path);
    return output;
  }

  std::mt19937_64 random_{20'261'121};
  std::ostringstream script_;
  std::vector<Operation> operations_;
};

}  // namespace exuvia::types
