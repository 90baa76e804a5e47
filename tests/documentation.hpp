// What the tests of documents share: their examples are compiled word for word.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace exuvia {

[[nodiscard]] inline std::string without_indentation(const std::string& line) {
  const std::size_t start = line.find_first_not_of(' ');
  return start == std::string::npos ? "" : line.substr(start);
}

// Every line of the document's C++ is a line of one of the sources, which the build compiles.
// Includes and using-directives, which a file has once, are left out. Paths are the repository's.
inline void expect_examples_are_compiled(const std::string& document,
                                         const std::vector<std::string>& sources) {
  const std::string folder = EXUVIA_SOURCE_FOLDER "/";
  std::set<std::string> compiled{""};
  std::string line;
  for (const std::string& source : sources) {
    std::ifstream file(folder + source);
    while (std::getline(file, line)) compiled.insert(without_indentation(line));
  }
  std::ifstream file(folder + document);
  bool is_code = false;
  int lines = 0;
  while (std::getline(file, line)) {
    line = without_indentation(line);
    if (line.starts_with("```")) {
      is_code = line == "```cpp";
    } else if (is_code && !line.starts_with("using") && !line.starts_with("#include")) {
      EXPECT_TRUE(compiled.contains(line)) << document << ": " << line;
      ++lines;
    }
  }
  EXPECT_GT(lines, 3) << document;
}

}  // namespace exuvia
