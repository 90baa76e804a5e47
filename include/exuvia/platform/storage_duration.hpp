// What kind of memory an address lies in.
#pragma once

#include <cstdint>

namespace exuvia::platform {

// Whether `p` is in a variable of static storage, of any loaded module. Linux; costs a walk of the
// loaded modules.
[[nodiscard]] bool is_static(const void* p) noexcept;
// Whether a variable of static storage, of any loaded module, has that value. Linux; reads them
// all.
[[nodiscard]] bool is_value_of_static(std::uintptr_t value) noexcept;
// Whether `p` is on the calling thread's stack. Linux.
[[nodiscard]] bool is_on_this_stack(const void* p) noexcept;

}  // namespace exuvia::platform
