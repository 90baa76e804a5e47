#include "words.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace exuvia::cli {
namespace {

constexpr std::size_t kHeadingLength = 60;

bool is_control(char character) {
  return static_cast<unsigned char>(character) < ' ' || character == 0x7f;
}

}  // namespace

std::string counted(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text = fmt::format("{}", fmt::join(words, " "));
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  if (text.size() > kHeadingLength) text.replace(kHeadingLength - 2, std::string::npos, "..");
  return text;
}

}  // namespace exuvia::cli
