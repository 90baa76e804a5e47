// The runtime's objects as the collector's engine sees them.
#pragma once

#include <cstddef>

#include "exuvia/base/prefetch.hpp"
#include "exuvia/runtime/ref.hpp"
#include "object/model.hpp"
#include "runtime/edges.hpp"

namespace exuvia::runtime {

// An object's address is its header's. `held` references to each object are the collection's own
// and do not count.
class ObjectModel {
 public:
  using Address = object::Address;
  static constexpr unsigned kGranuleShift = 4;

  explicit ObjectModel(std::size_t held = 0) noexcept : held_(held) {}

  [[nodiscard]] static Header* header(Address object) noexcept {
    return reinterpret_cast<Header*>(object);
  }
  [[nodiscard]] static Address address(const Header* header) noexcept {
    return reinterpret_cast<Address>(header);
  }

  template <class Visit>
  void trace(Address object, Visit&& visit) const noexcept {
    EdgeReader reader([&visit](const Edge& edge) { visit(address(edge.target)); });
    reader.read(header(object));
  }
  [[nodiscard]] std::size_t count(Address object) const noexcept {
    return object::Counting::count(header(object)->references) - held_;
  }
  void prefetch(Address object) const noexcept { base::prefetch_to_read(header(object)); }
  // The rules for trace() make it a pure read.
  [[nodiscard]] bool is_shareable(Address) const noexcept { return true; }

 private:
  std::size_t held_;
};
static_assert(object::CycleCountable<ObjectModel> && object::Shareable<ObjectModel>);

// A reference of the program's own to an object that the collector came upon.
[[nodiscard]] inline Ref<void> ref_to_header(const Header* header) noexcept {
  auto* const object = const_cast<Header*>(header);
  object::Counting::retain(object->references);
  return Ref<void>::adopt(object->payload());
}

}  // namespace exuvia::runtime
