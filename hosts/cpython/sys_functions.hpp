// sys.getallocatedblocks() and sys._debugmallocstats() as the program should see them: with the
// Exuvia heap.
#pragma once

namespace exuvia::cpython {

// Has both functions, in every interpreter of the process, report our heap as well. Name, signature
// and documentation stay. Needs the interpreter's lock; call it when the sys module exists.
void report_heap_in_sys() noexcept;

}  // namespace exuvia::cpython
