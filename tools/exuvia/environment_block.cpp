#include "environment_block.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace exuvia::cli {
namespace {

bool is_entry_of(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

}  // namespace

EnvironmentBlock::EnvironmentBlock() {
  for (char** entry = environ; *entry != nullptr; ++entry) entries_.emplace_back(*entry);
}

void EnvironmentBlock::set(std::string_view name, std::string_view value) {
  unset(name);
  entries_.push_back(fmt::format("{}={}", name, value));
}

void EnvironmentBlock::unset(std::string_view name) {
  std::erase_if(entries_, [&](const std::string& entry) { return is_entry_of(entry, name); });
}

std::string_view EnvironmentBlock::get(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const std::string& entry) {
    return is_entry_of(entry, name);
  });
  return found == entries_.end() ? std::string_view()
                                 : std::string_view(*found).substr(name.size() + 1);
}

std::vector<char*> EnvironmentBlock::pointers() { return pointers_to(entries_); }

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace exuvia::cli
