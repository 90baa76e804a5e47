// The first line of a script, which says what executes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exuvia::cli {

// The arguments that a script's first line gives to Python ("-u" of "#!/usr/bin/python3 -u"), none
// as a rule. Empty when it is not Python that executes the script. `beginning` holds the file's
// first bytes.
std::optional<std::vector<std::string>> python_shebang(std::string_view beginning);

}  // namespace exuvia::cli
