// Small matters of language.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace exuvia::cli {

// "1 run", "3 runs".
std::string counted(std::size_t count, const char* one, const char* many);

// The words with blanks between them, cut to what fits in a heading; control characters become
// blanks.
std::string joined(const std::vector<std::string>& words);

}  // namespace exuvia::cli
