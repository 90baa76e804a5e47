#include "captured_output.hpp"

#include <algorithm>

namespace exuvia::cli {
namespace {

constexpr std::uint64_t kFnvPrime = 0x100000001b3;
constexpr std::size_t kKeptBeginning = std::size_t{16} << 20;
constexpr std::size_t kKeptEnd = std::size_t{4} << 10;

}  // namespace

void CapturedOutput::append(std::string_view part) {
  size_ += part.size();
  for (const char byte : part) hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * kFnvPrime;
  beginning_.append(part.substr(0, kKeptBeginning - beginning_.size()));
  end_.append(part);
  if (end_.size() > 2 * kKeptEnd) end_.erase(0, end_.size() - kKeptEnd);
}

std::optional<std::size_t> first_different_line(const CapturedOutput& a, const CapturedOutput& b) {
  const auto [at_a, at_b] = std::mismatch(a.beginning().begin(), a.beginning().end(),
                                          b.beginning().begin(), b.beginning().end());
  if (at_a == a.beginning().end() && at_b == b.beginning().end()) return std::nullopt;
  return 1 + static_cast<std::size_t>(std::count(a.beginning().begin(), at_a, '\n'));
}

}  // namespace exuvia::cli
