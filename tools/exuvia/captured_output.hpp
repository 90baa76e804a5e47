// What a program wrote to one of its standard streams.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exuvia::cli {

class CapturedOutput {
 public:
  void append(std::string_view part);

  std::uint64_t size() const { return size_; }

  // The beginning, at most 16 MiB of it.
  const std::string& beginning() const { return beginning_; }

  // The last few KiB.
  const std::string& end() const { return end_; }

  bool is_same_as(const CapturedOutput& other) const {
    return size_ == other.size_ && hash_ == other.hash_;
  }

 private:
  std::uint64_t size_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325;  // FNV-1a, of all that was written
  std::string beginning_;
  std::string end_;
};

// The number, from 1, of the first line in which the beginnings of two outputs differ; empty when
// they do not.
std::optional<std::size_t> first_different_line(const CapturedOutput& a, const CapturedOutput& b);

}  // namespace exuvia::cli
