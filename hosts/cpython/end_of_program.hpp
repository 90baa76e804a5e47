// The moment at which a program has ended and its interpreter is still whole.
#pragma once

namespace exuvia::cpython {

// Arranges that the figures of this moment are recorded as the program's last: after the program's
// own atexit functions, before the interpreter destroys its modules. In the main interpreter, under
// its lock, once.
void record_end_of_program() noexcept;

}  // namespace exuvia::cpython
