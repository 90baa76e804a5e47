#include "exuvia/runtime/checks.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace exuvia::runtime {

#if defined(EXUVIA_CHECKS) && EXUVIA_CHECKS
const char the_library_is_a_checking_build = 1;
#else
const char the_library_is_no_checking_build = 1;
#endif

namespace {

// A line for the standard error stream, built without memory.
class Line {
 public:
  Line& operator<<(std::string_view text) noexcept {
    const std::size_t count = std::min(text.size(), sizeof(text_) - size_ - 1);
    std::memcpy(text_ + size_, text.data(), count);
    size_ += count;
    return *this;
  }
  Line& number(std::size_t value, int base = 10) noexcept {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
  }
  Line& object(const Header* header) noexcept {
    *this << header->binding->type->name << " at 0x";
    return number(reinterpret_cast<std::uintptr_t>(header->payload()), 16);
  }
  [[noreturn]] void stop() noexcept {
    text_[size_++] = '\n';
    // The process ends whether or not anyone reads the line.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text_, size_);
    std::abort();
  }

 private:
  char text_[1024];
  std::size_t size_ = 0;
};

}  // namespace

void fail(const char* broken_rule, const Header* object) noexcept {
  Line line;
  line << "exuvia: " << broken_rule << ": ";
  line.object(object) << ", ";
  line.number(object::Counting::count(object->references)) << " references";
  line.stop();
}

void fail(const char* broken_rule) noexcept {
  Line line;
  line << "exuvia: " << broken_rule;
  line.stop();
}

void fail_type(const char* broken_rule, const char* type_name) noexcept {
  Line line;
  line << "exuvia: " << broken_rule << ": " << type_name;
  line.stop();
}

void fail_edge(const char* broken_rule, const Header* holder, std::size_t offset,
               const Header* held) noexcept {
  Line line;
  line << "exuvia: " << broken_rule << ": ";
  line.object(holder) << ", offset ";
  line.number(offset) << ", holds ";
  line.object(held);
  line.stop();
}

}  // namespace exuvia::runtime
