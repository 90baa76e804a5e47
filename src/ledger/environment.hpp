// The environment variables through which `exuvia run` speaks to the host inside the program.
#pragma once

namespace exuvia::ledger::environment {

inline constexpr const char* kCollector = "EXUVIA_COLLECTOR";  // "exuvia" (default) or "stock"
inline constexpr const char* kAllocator = "EXUVIA_ALLOCATOR";  // "exuvia" (default) or "stock"
inline constexpr const char* kGcThreads =
    "EXUVIA_GC_THREADS";  // marking threads, 1..64; default: min(4, CPUs)
// Live objects below which a full collection is left to CPython; 0 makes every one ours (tests).
// Default: measured.
inline constexpr const char* kGcFloor = "EXUVIA_GC_FLOOR";
// Candidates for garbage below which CPython searches them; 0: they are always searched by us
// (tests). Default: measured.
inline constexpr const char* kGcSearchFrom = "EXUVIA_GC_SEARCH_FROM";
inline constexpr const char* kLedger = "EXUVIA_LEDGER";     // path of the run's ledger file
inline constexpr const char* kRootPid = "EXUVIA_ROOT_PID";  // the process that prints the summary
inline constexpr const char* kSummary = "EXUVIA_SUMMARY";   // "text" (default under run) or "none"
inline constexpr const char* kJson = "EXUVIA_JSON";  // file the root process writes its summary to
inline constexpr const char* kMeasureUnshared =
    "EXUVIA_MEASURE_UNSHARED";  // "1": record pages unshared by children
inline constexpr const char* kHeapLimit = "EXUVIA_HEAP_LIMIT";  // bytes; unset: none

}  // namespace exuvia::ledger::environment
