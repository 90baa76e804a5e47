#include "gc/verifier.hpp"

#include "exuvia/base/message.hpp"

namespace exuvia::gc {

void report_reachable(Address object, Address parent) noexcept {
  base::Message()
      .text("exuvia: the collector found ")
      .hex(object)
      .text(" unreachable, but ")
      .hex(parent)
      .text(", which is reachable, refers to it")
      .die();
}

void report_held(Address object, std::size_t count) noexcept {
  base::Message()
      .text("exuvia: the collector found ")
      .hex(object)
      .text(" unreachable, but ")
      .decimal(count)
      .text(" of its references come from outside")
      .die();
}

}  // namespace exuvia::gc
