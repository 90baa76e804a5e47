// The interpreter's stacks of frames grow and shrink by chunks that it takes from its arena
// allocator, one system call each.
#pragma once

namespace exuvia::cpython {

// Lets the arena allocator keep the chunk that was freed last: a loop whose calls cross the end of
// a chunk would otherwise map and unmap one at every turn. Call once.
void keep_frame_chunks() noexcept;

}  // namespace exuvia::cpython
