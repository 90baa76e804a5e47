// Whether an address that may be stale is that of a live, tracked object.
#pragma once

#include "object/model.hpp"

namespace exuvia::cpython {

// True only if `object` is the address of a tracked object with references: its header and both of
// its neighbours in the collector's list point at each other, which no freed or reused memory does.
// Any address may be asked about: the kernel says first whether it can be read. The caller holds
// the interpreter's lock.
bool is_live_container(object::Address object) noexcept;

}  // namespace exuvia::cpython
