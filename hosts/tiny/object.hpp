// The objects of the tiny host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "object/model.hpp"

namespace exuvia::tiny {

using object::Address;

// A counted object with a fixed number of edges, each null or a strong reference:
//
//   0       4        8       12                16
//   | count | length | flags | (unused)        | edge 0 | edge 1 | …
//
// An object without edges is an atom: it can be in no cycle, so the heap does not track it.
struct Object {
  static constexpr std::uint32_t kOwnerOnly = 1;  // only the thread that owns the heap may trace it

  std::uint32_t count;
  std::uint32_t length;
  std::uint32_t flags;
  std::uint32_t unused;

  std::span<Object*> edges() noexcept { return {reinterpret_cast<Object**>(this + 1), length}; }
  std::span<Object* const> edges() const noexcept {
    return {reinterpret_cast<Object* const*>(this + 1), length};
  }
  static constexpr std::size_t bytes_with(std::size_t length) noexcept {
    return sizeof(Object) + length * sizeof(Object*);
  }
};
static_assert(sizeof(Object) == 16);

inline Address address_of(const Object* object) noexcept {
  return reinterpret_cast<Address>(object);
}
inline Object* object_at(Address address) noexcept { return reinterpret_cast<Object*>(address); }

}  // namespace exuvia::tiny
