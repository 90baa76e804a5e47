// A ledger file: made by `exuvia run`, mapped by every process of the run, read by whoever reports.
#pragma once

#include <climits>
#include <cstddef>

#include <sys/types.h>

#include "ledger/layout.hpp"

namespace exuvia::ledger {

// The file as it lies in memory.
struct LedgerFile {
  LedgerHeader header;
  std::byte before_owners[kOwnersOffset - sizeof(LedgerHeader)];
  Word owners[kSlotCapacity];
  struct Padded {
    Slot slot;
    std::byte rest[kSlotBytes - sizeof(Slot)];
  } slots[kSlotCapacity];
};
static_assert(offsetof(LedgerFile, owners) == kOwnersOffset &&
              offsetof(LedgerFile, slots) == kSlotsOffset);
static_assert(sizeof(LedgerFile) == kLedgerBytes);

// Why a file could not be created or opened; ok is zero.
enum class FileError { kOk = 0, kCannotOpen, kNotALedger, kOtherVersion, kTruncated, kCannotMap };

// Says it in words, for "exuvia: PATH: ...".
const char* describe(FileError error) noexcept;

struct MappedFile {
  LedgerFile* file = nullptr;
  FileError error = FileError::kOk;
  int system_error = 0;  // errno, for kCannotOpen and kCannotMap
};

enum class Access { kReadOnly, kReadWrite };

// Maps an existing ledger after checking that it is one. Neither allocates nor locks.
MappedFile map_ledger(const char* path, Access access) noexcept;
void unmap_ledger(LedgerFile* file) noexcept;

// Makes an empty ledger for a run whose root process is `root`, in the first of XDG_RUNTIME_DIR,
// /dev/shm, TMPDIR and /tmp that takes it, and writes its path. False when none does.
bool try_create_ledger(pid_t root, char (&path)[PATH_MAX]) noexcept;

// Removes this user's ledgers whose root process is gone, from the same directories.
void remove_stale_ledgers() noexcept;

// Slots handed out, which may not be in use yet.
std::size_t claimed_slots(const LedgerFile& file) noexcept;

// A fresh slot for this process, zeroed, its pages present; null when there is none left, or no
// memory for it.
Slot* try_claim_slot(LedgerFile& file, pid_t pid, Word ticks) noexcept;

// The slot that this very process has claimed before; null when it has not.
Slot* find_slot(LedgerFile& file, pid_t pid, Word ticks) noexcept;

}  // namespace exuvia::ledger
