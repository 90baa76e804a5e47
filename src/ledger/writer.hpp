// Records what a process does with its memory in the ledger of its run. It lives inside foreign
// processes and is called from signal handlers, atexit handlers and forked children: it never
// allocates, blocks or throws.
#pragma once

#include <cstdint>

#include "ledger/file.hpp"
#include "ledger/layout.hpp"
#include "ledger/settings.hpp"

namespace exuvia::ledger {

struct HeapFigures {
  std::uint64_t peak = 0;         // bytes in arenas, highest so far
  std::uint64_t held = 0;         // bytes in arenas now that were not given back to the system
  std::uint64_t arenas = 0;       // a number, not bytes
  std::uint64_t live = 0;         // bytes in blocks the program holds
  std::uint64_t free_blocks = 0;  // bytes free in partly used pools
  std::uint64_t empty_pools = 0;  // bytes of pools with no live block, not yet given back
  std::uint64_t metadata = 0;     // bytes of the heap's own tables
  std::uint64_t foreign = 0;      // bytes in blocks of malloc, native code's too
};

struct CollectionFigures {
  unsigned generation = 0;  // 0..2
  std::uint64_t pause_ns = 0;
  std::uint64_t collected = 0;
  std::uint64_t uncollectable = 0;
  std::uint64_t candidates = 0;  // objects examined for being garbage
  bool ours = false;             // performed by Exuvia, not by CPython alone
};

struct ProcessFacts {
  const char* interpreter = "";  // "CPython 3.11.2"
  bool allocator_active = false;
  bool collector_active = false;
};

// This process's end of its run's ledger. One that is not open accepts every call and does nothing.
// After begin_process any thread may call any function, several at once.
class Writer {
 public:
  Writer() noexcept = default;
  Writer(Writer&& other) noexcept;
  Writer& operator=(Writer&& other) noexcept;
  ~Writer() = default;  // a process keeps its ledger mapped until its end; see close()

  bool is_open() const noexcept { return file_ != nullptr; }

  // Whether what this process does still counts: it has a slot and its program has not ended.
  bool is_recording() const noexcept { return is_own_slot() && !has_ended(); }

  // Takes a slot for this process, or finds the one it took before it executed another program.
  // Call it once the interpreter is known and before the program's threads start; again to change
  // the facts.
  void begin_process(const ProcessFacts& facts) noexcept;

  // In a child, between fork and anything else: takes a slot of its own, with the parent's facts.
  void after_fork_in_child() noexcept;

  void record_collection(const CollectionFigures& figures) noexcept;
  void record_heap(const HeapFigures& figures) noexcept;

  // Adds a remark that the summary shows: why something is not active, in a few words.
  void note(const char* text) noexcept;

  // A note that is also said at once, in a line on stderr, where a summary is asked for.
  void announce(const char* text) noexcept;

  // The program has ended, and its interpreter is about to tear itself down: the figures so far are
  // final, and what is recorded later does not count. Without this call finish() is the end.
  void end_program() noexcept;

  // Records the final figures; in the run's root process also prints the summary, writes the JSON
  // file as the environment asks, and removes the ledger. The second and later calls do nothing,
  // nor do calls in a child made by vfork.
  void finish() noexcept;

  // Unmaps the ledger. For tests.
  void close() noexcept;

 private:
  friend Writer open_from_environment() noexcept;

  void take_slot() noexcept;
  bool is_own_slot() const noexcept;
  bool has_ended() const noexcept;
  void measure_unshared() noexcept;
  void record_resident() noexcept;
  void report_run() noexcept;

  LedgerFile* file_ = nullptr;  // mapped
  Slot* slot_ = nullptr;        // in *file_; this process's, or null when there was none left
  RunSettings settings_;
};

// The ledger named by EXUVIA_LEDGER. Not open when there is none or it is not a ledger of this
// version.
Writer open_from_environment() noexcept;

}  // namespace exuvia::ledger
