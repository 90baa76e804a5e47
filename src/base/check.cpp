#include "exuvia/base/check.hpp"

#include "exuvia/base/message.hpp"

namespace exuvia::base {

void check_failed(const char* what, const char* condition, const char* file, int line) noexcept {
  Message message;
  message.text("exuvia: ").text(what).text(" (").text(condition).text(") at ").text(file);
  message.text(":").decimal(static_cast<unsigned>(line)).die();
}

}  // namespace exuvia::base
