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

// Records the heap's figures of this moment. Needs the interpreter's lock, or a process about to
// end.
void record_heap() noexcept;

// Records the final figures; at most once.
void finish_recording() noexcept;

}  // namespace exuvia::cpython
