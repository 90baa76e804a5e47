// What this process records in the ledger of its run. Without a run, every call does nothing.
#pragma once

#include "ledger/writer.hpp"

namespace exuvia::cpython {

// The process's only writer. Any thread, any time, also after fork and in signal handlers.
ledger::Writer& record() noexcept;

// Opens the ledger and arranges that children and the process's end are recorded. Call once.
void start_recording() noexcept;

// States what of Exuvia is active; again when that changes.
void record_facts(bool allocator_active, bool collector_active) noexcept;

// Records the heap's figures of this moment. Needs the interpreter's lock.
void record_heap() noexcept;

// Records the final figures; at most once. Any thread, also in a signal handler: it never waits for
// another thread, and leaves the heap's figures out where it would have to.
void finish_recording() noexcept;

}  // namespace exuvia::cpython
