// What a checking build (EXUVIA_CHECKS) verifies, and how a broken rule ends.
#pragma once

#include "exuvia/runtime/type.hpp"

namespace exuvia::runtime {

#if defined(EXUVIA_CHECKS) && EXUVIA_CHECKS
inline constexpr bool kChecks = true;
#else
inline constexpr bool kChecks = false;
#endif

// Stops the process with "exuvia: <broken_rule>: <type> at <address>, <count> references".
// Allocates nothing.
[[noreturn]] void fail(const char* broken_rule, const Header* object) noexcept;

// The same about two objects, or an object and a place in it: "...: <type> at <address>, offset
// <n>, holds <type> ...".
[[noreturn]] void fail_edge(const char* broken_rule, const Header* holder, std::size_t offset,
                            const Header* held) noexcept;

// In checking builds each Ref is known by its address.
void note_ref(const void* slot, Header* target) noexcept;
void forget_ref(const void* slot, Header* target) noexcept;

// Stops the process unless this thread owns the object's heap and the object is alive.
void check_usable(const Header* object) noexcept;

}  // namespace exuvia::runtime
