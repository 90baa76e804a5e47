// The bytes of a ledger file. Every field is a native 64-bit word, read and written with relaxed
// atomics: a reader may see figures of slightly different moments, never a torn one, and whatever
// was written survives the death of its process.
//
//   offset 0             LedgerHeader
//   kOwnersOffset        owners: kSlotCapacity words, (pid << 32 | low half of the process's start
//   time) kSlotsOffset         kSlotCapacity slots of kSlotBytes each, one a process, claimed in
//   order
//
// The file is sparse: a slot takes memory only once it is claimed. Words of a new file are zero.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "exuvia/base/histogram.hpp"

namespace exuvia::ledger {

using Word = std::uint64_t;

inline constexpr Word kMagic = 0x474C414956555845;  // "EXUVIALG" as little-endian bytes
inline constexpr Word kFormatVersion = 1;           // raised by any change of this file's layout
inline constexpr std::size_t kSlotCapacity = 2048;
inline constexpr std::size_t kSlotBytes = 12288;
inline constexpr std::size_t kOwnersOffset = 4096;
inline constexpr std::size_t kSlotsOffset = kOwnersOffset + kSlotCapacity * sizeof(Word);
inline constexpr std::size_t kLedgerBytes = kSlotsOffset + kSlotCapacity * kSlotBytes;
inline constexpr std::size_t kGenerations = 3;

struct LedgerHeader {
  Word magic;
  Word version;
  Word slot_bytes;
  Word slot_capacity;
  Word root_pid;          // the process `exuvia run` became
  Word root_start_ticks;  // tells it from a later process with the same pid
  Word pid_namespace;     // where root_pid has its meaning
  Word claimed;           // slots handed out; above the capacity: processes that found no slot
};
static_assert(sizeof(LedgerHeader) <= kOwnersOffset);

enum class SlotState : Word { kFree = 0, kRunning = 1, kFinished = 2 };

// What is Exuvia's in a process; the rest is CPython's own.
enum ActiveBits : Word { kAllocatorActive = 1, kCollectorActive = 2 };

// Text of at most Bytes - 1 characters, stored as words so that it can be read while it is written.
template <std::size_t Bytes>
struct StoredText {
  static_assert(Bytes % sizeof(Word) == 0);
  std::array<Word, Bytes / sizeof(Word)> words;
};

struct GenerationSlot {
  Word collections;
  Word collected;
  Word uncollectable;
  Word candidates;  // objects examined for being garbage
  Word ours;        // collections performed by Exuvia
  PauseHistogram pauses;
};

struct HeapSlot {
  Word peak;         // bytes held from the operating system, highest so far
  Word held;         // the same, now
  Word arenas;       // a number, not bytes
  Word live;         // bytes in blocks the program holds
  Word free_blocks;  // bytes free in partly used pools
  Word empty_pools;  // bytes of pools with no live block, not yet given back
  Word metadata;     // bytes of the heap's own tables
  Word foreign;      // bytes in blocks of malloc, the program's and native code's
};

struct Slot {
  Word state;
  Word ended;  // 1: the program has ended and its figures are final
  Word pid;
  Word parent_pid;
  Word active;       // ActiveBits
  Word started_ns;   // CLOCK_MONOTONIC, which all processes of a machine share
  Word finished_ns;  // or when a figure was last written
  Word cpu_ns;       // user and system time of the process, at its end
  Word resident_peak;
  Word resident;           // now, or at the end
  Word unshared_known;     // 1 when the next two were measured
  Word unshared_baseline;  // private dirty bytes at the fork
  Word unshared;           // private dirty bytes grown since
  StoredText<256> program;
  StoredText<64> interpreter;
  StoredText<512> notes;
  HeapSlot heap;
  GenerationSlot generations[kGenerations];
};
static_assert(sizeof(Slot) <= kSlotBytes && std::is_trivially_copyable_v<Slot> &&
              std::is_standard_layout_v<Slot>);

// A word of the mapped file. Relaxed: each word stands for itself, nothing is published through
// another.
inline Word load(const Word& word) noexcept {
  return std::atomic_ref<Word>(const_cast<Word&>(word)).load(std::memory_order_relaxed);
}
inline void store(Word& word, Word value) noexcept {
  std::atomic_ref<Word>(word).store(value, std::memory_order_relaxed);
}
inline Word add(Word& word, Word value) noexcept {
  return std::atomic_ref<Word>(word).fetch_add(value, std::memory_order_relaxed);
}
inline Word exchange(Word& word, Word value) noexcept {
  return std::atomic_ref<Word>(word).exchange(value, std::memory_order_relaxed);
}
void raise_to(Word& word, Word value) noexcept;

// Counts a pause; several threads may.
void record_pause(PauseHistogram& pauses, std::uint64_t pause_ns) noexcept;
PauseHistogram load_pauses(const PauseHistogram& pauses) noexcept;

// Stores as much of `text` as fits.
void store_text(std::span<Word> into, const char* text) noexcept;

// Copies a stored text, which may be damaged, to as many characters as it has bytes: ended by NUL,
// and without the control characters that would act on a terminal. Returns its length.
std::size_t load_text(std::span<const Word> from, char* into) noexcept;

}  // namespace exuvia::ledger
