// What kind of memory an address lies in.
#pragma once

namespace exuvia::platform {

// Whether `p` is in a variable of static storage, of any loaded module, or on the calling thread's
// stack. Linux; costs a walk of the loaded modules.
[[nodiscard]] bool is_static_or_on_this_stack(const void* p) noexcept;

}  // namespace exuvia::platform
